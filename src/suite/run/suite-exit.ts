/** How the suite's process ended. */
export interface SuiteExit {
  /** `undefined` when a signal ended it. */
  code: number | undefined;
  signal: string | undefined;
  timedOut: boolean;
}

/** `exit code 1`, `killed by SIGKILL`, `ended because it did not finish in time`. */
export function describeExit(exit: SuiteExit): string {
  if (exit.timedOut) return 'ended because it did not finish in time';
  if (exit.signal) return `killed by ${exit.signal}`;
  return `exit code ${exit.code}`;
}
