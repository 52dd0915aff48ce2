import { type Exposition, histogramOf, sumOf } from '../../clients/index.ts';

/** The counters of the target at one instant, as scraped from its /metrics. */
export interface LiveSample {
  timeMs: number;
  /** When the target's process started; counters begin at zero there. */
  startedMs: number | undefined;
  operations: number;
  /** Errors that the service made; a caller's mistake (`category="validation"`) is not among them. */
  errors: number;
  /** Cumulative latency buckets, upper bounds in seconds, the last one infinite. */
  buckets: { le: number; count: number }[];
  residentMemoryBytes: number | undefined;
}

const isServiceError = (labels: Record<string, string>): boolean => labels.category !== 'validation';

/** Reads the live counters from an exposition; `undefined` when the families a judgement needs are absent. */
export function liveSampleOf(exposition: Exposition, prefix: string, timeMs: number): LiveSample | undefined {
  const operations = sumOf(exposition, `${prefix}_operations_total`);
  const errors = sumOf(exposition, `${prefix}_errors_total`, isServiceError);
  const histogram = histogramOf(exposition, `${prefix}_operation_duration_seconds`);
  if (operations === undefined || errors === undefined || histogram === undefined) return undefined;
  const started = sumOf(exposition, 'process_start_time_seconds');
  return {
    timeMs,
    startedMs: started === undefined ? undefined : started * 1000,
    operations,
    errors,
    buckets: histogram.buckets,
    residentMemoryBytes: sumOf(exposition, 'process_resident_memory_bytes'),
  };
}
