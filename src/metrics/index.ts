export { addToTotals, cycleMetrics, type RollbackTriggers, type TestTotals } from './cycle-metrics.ts';
export { metricsFile, writeMetricsFile } from './metrics-file.ts';
