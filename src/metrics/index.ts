export {
  addToTotals,
  cycleMetrics,
  type TestTotals,
  withProbe,
} from './cycle-metrics.ts';
export { metricsFile, writeMetricsFile } from './metrics-file.ts';
