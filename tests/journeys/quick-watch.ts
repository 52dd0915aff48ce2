/** Times of a watch that a test waits for: a cycle every so many seconds, and what an alert waits for by as little. */
export const timesOf = (seconds: number) => ({
  interval: `${seconds}s`,
  timeout: `${1000 * seconds - 500}ms`,
  fastInterval: `${Math.floor(seconds / 2)}s`,
  sampleInterval: `${500 * Math.floor(seconds / 2)}ms`,
  monitoring: { timeScale: (seconds - 1) / 100 },
});

/** An alert waits for others for less than a second. */
export const quickTimes = timesOf(3);

/** A rollback is due as soon as a check has failed for a second. */
export const quickRollback = {
  passRate: { rollback: { value: 0.9, operator: '<', forSeconds: 1 } },
};
