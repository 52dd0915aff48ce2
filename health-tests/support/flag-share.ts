import { evaluateFlag } from '../../src/clients/index.ts';
import type { RunContext } from '../../src/suite/index.ts';
import { binomialTest } from './binomial-test.ts';

const sample = 1000;
const concurrency = 16;

export interface FlagShare {
  /** Percent. */
  declared: number;
  /** Ratio. */
  observed: number;
  sample: number;
  /** Two-sided exact binomial test of the observed share against the declared one. */
  pValue: number;
}

function declaredPercentage(config: RunContext, metadata: Record<string, unknown> | undefined): number {
  const configured = config.target.flags?.percentage;
  const reported = metadata?.rolloutPercentage;
  if (configured !== undefined && typeof reported === 'number' && configured !== reported) {
    throw new Error(`the configuration declares ${configured} %, the flag itself ${reported} %`);
  }
  const declared = configured ?? reported;
  if (typeof declared !== 'number' || declared < 0 || declared > 100) {
    throw new Error(
      `the declared percentage is ${declared}; expected 0–100 in flags.percentage or in metadata.rolloutPercentage`,
    );
  }
  return declared;
}

/**
 * Evaluates the flag for a fixed set of users. The same users every time: bucketing is by hash, so
 * the observed share is a property of the flag and not of the draw, and a healthy flag never flickers.
 */
export async function observeFlag(config: RunContext): Promise<FlagShare> {
  const key = config.target.flags?.key ?? '';
  const first = await evaluateFlag(config.target.orchestration, key, 'vigil-user-0');
  const declared = declaredPercentage(config, first.metadata);
  let next = 1;
  let on = first.value === true ? 1 : 0;
  const worker = async () => {
    while (next < sample) {
      const user = `vigil-user-${next}`;
      next += 1;
      if ((await evaluateFlag(config.target.orchestration, key, user)).value === true) on += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { declared, observed: on / sample, sample, pValue: binomialTest(on, sample, declared / 100) };
}
