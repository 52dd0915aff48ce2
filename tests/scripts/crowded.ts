/** Limits that a crowded machine doesn't reach, but for that of latency. */
export const patience = {
  failFast: { slo: { value: 5 } },
  healthGroupDuration: { slo: { value: 60 } },
  throughput: { slo: { value: 2 } },
  logLag: { slo: { value: 15 } },
  memoryGrowth: { slo: { value: 64 * 1024 ** 2 } },
};

/** Limits that a crowded machine doesn't reach; what a test is about keeps its own. */
export const crowded = { ...patience, latencyP95: { slo: { value: 4 }, rollback: { value: 4.5 } } };

/** By a limit of 0.5 % an error ratio is judged after 200 operations instead of 1,000: enough where another check is meant, and the embedded target is ready sooner. */
export const soonJudged = { errorRatio: { slo: { value: 0.005 } } };
export const operationsToJudge = 220;
