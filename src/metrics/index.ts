export { metricsFile, writeMetricsFile } from './metrics-file.ts';
