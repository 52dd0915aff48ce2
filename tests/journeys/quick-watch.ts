/** Times of a watch that a test waits for; an alert waits for others for less than a second. */
export const quickTimes = {
  interval: '3s',
  timeout: '2500ms',
  fastInterval: '1s',
  sampleInterval: '500ms',
  monitoring: { timeScale: 0.02 },
};

/** A rollback is due as soon as a check has failed for a second. */
export const quickRollback = {
  passRate: { rollback: { value: 0.9, operator: '<', forSeconds: 1 } },
};
