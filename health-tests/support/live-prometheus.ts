import { isBeyond, type LiveWindow } from '../../src/alerts/index.ts';
import { histogramQuantile, queryInstant } from '../../src/clients/index.ts';
import { VigilError } from '../../src/core/index.ts';

/** The live window as a Prometheus recorded it; `undefined` when it can't be asked or has seen nothing yet. */
export async function liveFromPrometheus(
  url: string,
  prefix: string,
  windowMs: number,
): Promise<LiveWindow | undefined> {
  const range = `[${Math.round(windowMs / 1000)}s]`;
  const value = async (promql: string) => (await queryInstant(url, promql))[0]?.value;
  try {
    const operations = await value(`sum(increase(${prefix}_operations_total${range}))`);
    const errors = await value(`sum(increase(${prefix}_errors_total{category!="validation"}${range}))`);
    const rejected = await value(`sum(increase(${prefix}_errors_total{category="validation"}${range}))`);
    const counts = await queryInstant(
      url,
      `sum by (le) (increase(${prefix}_operation_duration_seconds_bucket${range}))`,
    );
    if (operations === undefined || errors === undefined || counts.length === 0) return undefined;
    const buckets = counts
      .map(({ metric, value: count }) => ({ le: metric.le === '+Inf' ? Infinity : Number(metric.le), count }))
      .toSorted((a, b) => a.le - b.le);
    return {
      seconds: windowMs / 1000,
      operations,
      errors,
      ...(rejected !== undefined && { rejected }),
      latencyP95: histogramQuantile(0.95, buckets),
      beyondBuckets: isBeyond(buckets),
      since: `Prometheus, ${windowMs / 1000} s`,
    };
  } catch (thrown) {
    if (thrown instanceof VigilError) return undefined; // C01 says that it is down; the counters can be scraped
    throw thrown;
  }
}
