import type { Verdict } from '../src/history/index.ts';

/** The exit codes that CI and cron read. */
export const exitCodes = {
  pass: 0,
  fail: 1,
  inconclusive: 2,
  usage: 64,
  internal: 70,
} as const satisfies Record<Verdict | 'usage' | 'internal', number>;
