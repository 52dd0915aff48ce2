import type { LiveWindow } from '../../src/alerts/index.ts';
import { queryInstant } from '../../src/clients/index.ts';
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
    const latencyP95 = await value(
      `histogram_quantile(0.95, sum by (le) (increase(${prefix}_operation_duration_seconds_bucket${range})))`,
    );
    if (operations === undefined || errors === undefined || latencyP95 === undefined) return undefined;
    return {
      seconds: windowMs / 1000,
      operations,
      errors,
      latencyP95,
      since: `Prometheus, ${windowMs / 1000} s`,
    };
  } catch (thrown) {
    if (thrown instanceof VigilError) return undefined; // C01 says that it is down; the counters can be scraped
    throw thrown;
  }
}
