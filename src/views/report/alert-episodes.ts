import { labelFingerprint } from '../../core/index.ts';
import type { RecordedAcknowledgement } from '../../history/index.ts';
import type { Queries } from './queries.ts';
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

export type Alerts = ReturnType<typeof alertsOf>;

/**
 * Every alert that fired within the window, oldest first; one that fired before and still did, too. Beside them how many
 * breaches ended before their time was over.
 */
export function alertsOf(queries: Queries, scope: Scope, taken: readonly RecordedAcknowledgement[]) {
  const { fromMs, toMs } = scope;
  const changes = `WITH change AS (
  SELECT alert, labels, time_ms, "from", "to", value,
    lag(time_ms) OVER w AS before_ms, lead(time_ms) OVER w AS after_ms, lead("to") OVER w AS after
  FROM transitions WHERE "from" <> "to" AND time_ms < ${toMs}
  WINDOW w AS (PARTITION BY alert, labels ORDER BY time_ms, id)
)`;
  const { listing, rows } = queries.rows<AlertEpisode & { labels: string }>(
    'alerts that fired',
    `${changes}
SELECT alert, labels, coalesce(labels ->> 'severity', 'critical') AS severity,
  coalesce(labels ->> 'priority', 'P1') AS priority,
  coalesce(iif("from" = 'pending', before_ms, NULL), time_ms) AS pendingMs, time_ms AS firedMs,
  after_ms AS resolvedMs, coalesce(after_ms, ${toMs}) - time_ms AS durationMs, value
FROM change WHERE "to" = 'firing' AND coalesce(after_ms, ${toMs}) >= ${fromMs} ORDER BY time_ms, alert, labels`,
  );
  const episodes = rows.map((row): AlertEpisode => {
    const labels = JSON.parse(row.labels);
    const key = labelFingerprint(labels);
    const { firedMs, resolvedMs } = row;
    const by = taken.find(
      ({ alertKey, timeMs }) => alertKey === key && timeMs >= firedMs && timeMs <= (resolvedMs ?? toMs),
    );
    return { ...row, labels, acknowledgedBy: by?.who ?? null };
  });
  const neverFired = queries.number(
    'breaches that ended before their time was over',
    'count',
    `${changes}
SELECT count(*) FROM change WHERE "to" = 'pending' AND after = 'inactive' AND time_ms >= ${fromMs}`,
  );
  return { listing, episodes, neverFired };
}
