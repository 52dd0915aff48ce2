export { formatExposition } from './format.ts';
export type { Bucket, Histogram } from './histogram.ts';
export { histogramIncrease, histogramOf, histogramProblems } from './histogram.ts';
export { endOfOpenMetrics, openMetricsLines, type TimedSeries } from './openmetrics.ts';
export { parseExposition } from './parse.ts';
export { histogramQuantile } from './quantile.ts';
export type { LabelFilter } from './query.ts';
export { family, increase, sumOf } from './query.ts';
export type { Exposition, ExpositionLimits, Family, Labels, MetricType, Sample } from './types.ts';
