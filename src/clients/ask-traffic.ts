import { durationLiteral, type Traffic } from '../core/index.ts';
import { queryInstant } from './prometheus.ts';

/** The parts of live traffic. */
export const asked = ['operations', 'errors', 'rejected', 'duration'] as const;
type Part = (typeof asked)[number];

/** What a store answers to one query of a service's traffic. */
export interface AskedPart {
  /** How many series have a value. */
  series: number;
  /** Operations or errors per second, of all series together; of several P95s the worst. None without a series. */
  value: number | undefined;
}

/** The query of one part over a window, as it is sent; none where the configuration has none. */
const queryOf = (
  traffic: Extract<Traffic, { kind: 'queries' }>,
  part: Part,
  windowMs: number,
): string | undefined => traffic[part]?.replaceAll('{{window}}', durationLiteral(windowMs));

/** Of several series: counts add up, latencies don't. */
function together(part: Part, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return part === 'duration' ? Math.max(...values) : values.reduce((sum, one) => sum + one, 0);
}

/** What a store answers now to the queries of a service's traffic; whoever shows or judges it asks here. */
export async function askTraffic(
  store: string,
  traffic: Extract<Traffic, { kind: 'queries' }>,
  windowMs: number,
): Promise<Record<Part, AskedPart>> {
  const ask = async (part: Part): Promise<AskedPart> => {
    const query = queryOf(traffic, part, windowMs);
    const answers = query === undefined ? [] : await queryInstant(store, query);
    // A quantile of no operations is NaN, one beyond the last bucket may be infinite: both say nothing.
    const values = answers.map(({ value }) => value).filter(Number.isFinite);
    return { series: values.length, value: together(part, values) };
  };
  const [operations, errors, rejected, duration] = await Promise.all([
    ask('operations'),
    ask('errors'),
    ask('rejected'),
    ask('duration'),
  ]);
  // An error that nobody met has no series: where operations are counted there were none.
  const none = operations.value === undefined ? undefined : 0;
  return {
    operations,
    errors: { ...errors, value: errors.value ?? none },
    rejected: { ...rejected, value: rejected.value ?? (traffic.rejected === undefined ? undefined : none) },
    duration,
  };
}
