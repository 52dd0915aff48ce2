import { type GenesisRange, openRange } from '../../fixtures/range/open-range.ts';

/** Live operations that C06 needs to judge, so that nothing but the fault is red. */
export const enough = 1100;

export const targetOf = ({ config }: GenesisRange) => config.target as NonNullable<typeof config.target>;

/** Opens a range with live traffic, declares more of it, and hands it to the fault. */
export async function declared(declare: (range: GenesisRange) => Promise<void>): Promise<GenesisRange> {
  const range = await openRange();
  try {
    await range.traffic(enough);
    await declare(range);
    return range;
  } catch (thrown) {
    await range.close();
    throw thrown;
  }
}
