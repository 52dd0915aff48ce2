import { labelFingerprint } from '../../core/index.ts';
import type { RecordedAcknowledgement } from '../../history/index.ts';
import type { QueriedList, QueriedValue, Queries } from './queries.ts';
import type { Scope } from './window.ts';

/** One alert from firing to its end. */
export interface AlertEpisode {
  alert: string;
  labels: Record<string, string>;
  severity: string;
  priority: string;
  /** The first breach; when it fires at once, that is the same instant. */
  pendingMs: number;
  firedMs: number;
  /** `null` while it still fires at the end of the window. */
  resolvedMs: number | null;
  durationMs: number;
  /** At the time of firing, in the base unit of its signal. */
  value: number | null;
  acknowledgedBy: string | null;
}

export interface Alerts {
  listing: QueriedList;
  episodes: AlertEpisode[];
  /** Breaches that ended before their time was over. */
  neverFired: QueriedValue;
}

interface Row {
  alert: string;
  labels: string;
  pending_ms: number | null;
  fired_ms: number;
  resolved_ms: number | null;
  value: number | null;
}

/** Every alert that fired within the window, oldest first; one that fired before and still did, too. */
export function alertsOf(queries: Queries, scope: Scope, taken: readonly RecordedAcknowledgement[]): Alerts {
  const { fromMs, toMs } = scope;
  const changes = `WITH change AS (
  SELECT alert, labels, time_ms, "from", "to", value,
    lag(time_ms) OVER w AS before_ms, lead(time_ms) OVER w AS after_ms, lead("to") OVER w AS after
  FROM transitions WHERE "from" <> "to" AND time_ms < ${toMs}
  WINDOW w AS (PARTITION BY alert, labels ORDER BY time_ms, id)
)`;
  const { listing, rows } = queries.rows<Row>(
    'alerts that fired',
    `${changes}
SELECT alert, labels, iif("from" = 'pending', before_ms, time_ms) AS pending_ms, time_ms AS fired_ms,
  after_ms AS resolved_ms, value
FROM change WHERE "to" = 'firing' AND coalesce(after_ms, ${toMs}) >= ${fromMs} ORDER BY time_ms, alert, labels`,
  );
  const episodes = rows.map((row): AlertEpisode => {
    const { alert, fired_ms: firedMs, resolved_ms: resolvedMs, value } = row;
    const labels: Record<string, string> = JSON.parse(row.labels);
    const key = labelFingerprint(labels);
    const by = taken.find(
      ({ alertKey, timeMs }) => alertKey === key && timeMs >= firedMs && timeMs <= (resolvedMs ?? toMs),
    );
    return {
      alert,
      labels,
      severity: labels.severity ?? 'critical',
      priority: labels.priority ?? 'P1',
      pendingMs: row.pending_ms ?? firedMs,
      firedMs,
      resolvedMs,
      durationMs: (resolvedMs ?? toMs) - firedMs,
      value,
      acknowledgedBy: by?.who ?? null,
    };
  });
  const neverFired = queries.number(
    'breaches that ended before their time was over',
    'count',
    `${changes}
SELECT count(*) FROM change WHERE "to" = 'pending' AND after = 'inactive' AND time_ms >= ${fromMs}`,
  );
  return { listing, episodes, neverFired };
}
