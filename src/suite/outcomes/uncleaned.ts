import type { Measurement } from '../../core/index.ts';
import type { CheckOutcome } from './check-outcome.ts';

const measuredName = 'left uncleaned';

/** How much a check could not clean up after itself, as a figure that decides nothing. */
export const uncleanedMeasurement = (left: readonly string[]): Measurement => ({
  name: measuredName,
  value: left.length,
  unit: 'count',
  note: left.join('; '),
});

/** How much a check could not clean up. */
export const uncleanedBy = ({ measurements }: Pick<CheckOutcome, 'measurements'>): number =>
  measurements.find(({ name }) => name === measuredName)?.value ?? 0;

/** What the checks of a cycle could not clean up, a sentence for each check. */
export const uncleanedTexts = (outcomes: readonly Pick<CheckOutcome, 'id' | 'measurements'>[]): string[] =>
  outcomes.flatMap(({ id, measurements }) =>
    measurements
      .filter(({ name }) => name === measuredName)
      .map(
        ({ value, note }) =>
          `${id} could not clean up ${value === 1 ? 'one thing' : `${value} things`}: ${note}`,
      ),
  );
