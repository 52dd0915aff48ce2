/** Metric types of the text format; OpenMetrics' further types are read as the nearest of these. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/** Label names to values; made without a prototype, so that a label named `__proto__` is only a label. */
export type Labels = Record<string, string>;

/** One series with its value; timestamps and exemplars aren't kept. */
export interface Sample {
  /** The full name, with `_bucket`, `_sum`, `_count` or `_total`. */
  name: string;
  labels: Labels;
  value: number;
}

/** A metric with everything exposed under it. */
export interface Family {
  name: string;
  type: MetricType;
  help: string;
  samples: Sample[];
}

/** One scrape, families in the order in which they first appeared. */
export interface Exposition {
  families: Family[];
}

/** What a scrape may cost at most. */
export interface ExpositionLimits {
  /** Default 16 MiB. */
  maxBytes?: number | undefined;
  /** Samples of all families together; default 20,000. */
  maxSeries?: number | undefined;
  /** Characters of a label's value; default 16,384. */
  maxLabelLength?: number | undefined;
}
