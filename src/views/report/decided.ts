import type { Bound, Unit } from '../../core/index.ts';
import type { HistoryReader } from '../../history/index.ts';
import { type RollbackRun, rollbackRuns } from '../../release/index.ts';
import type { QueriedList, Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** A condition of a decision, as the decision was kept. */
export interface DecidedCondition {
  title: string;
  outcome: 'pass' | 'fail' | 'unknown';
  value: number | null;
  unit: Unit | null;
  limit: Bound | null;
  detail: string;
}

/** A decision of the gate. */
export interface Decided {
  atMs: number;
  from: number;
  to: number;
  verdict: 'pass' | 'fail' | 'inconclusive';
  conditions: DecidedCondition[];
  next: string;
  askedBy: string;
  via: string;
  /** How often the same answer was given to the same question. */
  times: number;
  override: { by: string; reason: string } | null;
}

export interface Decisions {
  listing: QueriedList;
  decided: Decided[];
  rollbackListing: QueriedList;
  rollbacks: RollbackRun[];
}

interface Body {
  conditions?: Partial<DecidedCondition>[];
  next?: string;
}

/** A body of another version is shown as far as it goes: a decision is never left out for its form. */
function conditionsOf({ conditions }: Body): DecidedCondition[] {
  return (Array.isArray(conditions) ? conditions : []).map((condition) => ({
    title: String(condition.title ?? 'a condition'),
    outcome: condition.outcome === 'pass' || condition.outcome === 'fail' ? condition.outcome : 'unknown',
    value: condition.value ?? null,
    unit: condition.unit ?? null,
    limit: condition.limit ?? null,
    detail: String(condition.detail ?? ''),
  }));
}

/** What the gate decided and which rollbacks ran within the window. */
export function decisionsOf(
  queries: Queries,
  reader: HistoryReader,
  { journal, fromMs, toMs }: Scope,
): Decisions {
  const { listing } = queries.rows(
    'decisions of the gate',
    `SELECT time_ms, from_percent, to_percent, verdict, asked_by, via, override_by, override_reason, times
FROM decisions WHERE ${journal} ORDER BY time_ms, id`,
  );
  const { listing: rollbackListing } = queries.rows(
    'rollbacks under way in the window',
    `SELECT * FROM rollback_runs WHERE started_ms < ${toMs} AND coalesce(ended_ms, 9e15) >= ${fromMs}
ORDER BY started_ms, option`,
  );
  const decided = reader.decisions(fromMs, toMs - 1).map((entry): Decided => {
    const body = (entry.body ?? {}) as Body;
    const { timeMs, from, to, verdict, askedBy, via, times, override } = entry;
    return {
      atMs: timeMs,
      from,
      to,
      verdict,
      askedBy,
      via,
      times,
      conditions: conditionsOf(body),
      next: String(body.next ?? ''),
      override: override ?? null,
    };
  });
  return { listing, decided, rollbackListing, rollbacks: rollbackRuns(reader, fromMs, toMs - 1) };
}
