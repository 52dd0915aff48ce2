import { alertRules } from '../../alerts/index.ts';
import { queryInstant } from '../../target/index.ts';
import type { OpenAlert, RecordedEvidence } from '../evidence.ts';
import type { GateSetup } from '../gate-evidence.ts';

/** The alert that always fires: without it nobody evaluates the rules, and no alert means nothing. */
const watchdog = 'Watchdog';

/**
 * The alerts that the store's rules have open, and when they were last evaluated; `undefined` when nobody evaluates them,
 * which is told from "no alert" by the alert that always fires.
 */
export async function alertsFrom(
  url: string,
  { table, naming }: Pick<GateSetup, 'table' | 'naming'>,
  atMs: number,
): Promise<RecordedEvidence['alerts']> {
  const [alive] = await queryInstant(
    url,
    `max(timestamp(ALERTS{alertname="${watchdog}",alertstate="firing"}))`,
    atMs,
  );
  if (!alive) return undefined;
  const [alerts, sinces] = await Promise.all([
    queryInstant(url, `ALERTS{alertname!="${watchdog}"}`, atMs),
    queryInstant(url, 'ALERTS_FOR_STATE', atMs),
  ]);
  const key = ({ __name__: _, alertstate: __, ...labels }: Record<string, string>): string =>
    JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  const sinceSeconds = new Map(sinces.map(({ metric, value }) => [key(metric), value]));
  const waits = new Map(alertRules(table, naming).map((rule) => [rule.name, rule.forSeconds]));
  const open = alerts.map(({ metric }): OpenAlert => {
    const rule = metric.alertname ?? '';
    const status = metric.alertstate === 'pending' ? 'pending' : 'firing';
    const since = sinceSeconds.get(key(metric));
    const wait = waits.get(rule);
    const subject = metric.check ?? metric.trigger;
    return {
      ...{ rule, status, severity: metric.severity ?? 'critical' },
      sinceMs: since === undefined ? atMs : since * 1000,
      ...(status === 'pending' &&
        since !== undefined &&
        wait !== undefined && { firesAtMs: (since + wait) * 1000 }),
      ...(subject !== undefined && { subject }),
    };
  });
  return { evaluatedMs: alive.value * 1000, open };
}
