import { alertRules, probesUpRecord } from '../../../alerts/index.ts';
import { queryInstant } from '../../../clients/index.ts';
import { later } from '../condition.ts';
import type { OpenAlert, RecordedEvidence } from '../evidence.ts';
import type { GateSetup } from '../gate-setup.ts';

/** The alert that always fires: without it nobody evaluates rules, and no alert means nothing. */
const watchdog = 'Watchdog';

/** When something was last evaluated, in milliseconds; `undefined` when it never was. */
async function evaluatedMs(url: string, selector: string, atMs: number): Promise<number | undefined> {
  const [last] = await queryInstant(url, `max(timestamp(${selector}))`, atMs);
  return last && Number.isFinite(last.value) ? last.value * 1000 : undefined;
}

/**
 * The alerts that the store's rules have open, and when they were last evaluated; `undefined` when nobody evaluates them,
 * which is told from "no alert" by the alert that always fires. Others have one of that name too (kube-prometheus), so what
 * Vigil's own file records must be there as well.
 */
export async function alertsFrom(
  url: string,
  { table, naming }: Pick<GateSetup, 'table' | 'naming'>,
  atMs: number,
): Promise<RecordedEvidence['alerts']> {
  const alive = await Promise.all(
    [`ALERTS{alertname="${watchdog}",alertstate="firing"}`, probesUpRecord].map((selector) =>
      evaluatedMs(url, selector, atMs),
    ),
  );
  const times = alive.filter((time) => time !== undefined);
  if (times.length < alive.length) return undefined;
  const [alerts, sinces] = await Promise.all([
    queryInstant(url, `ALERTS{alertname!="${watchdog}"}`, atMs),
    queryInstant(url, 'ALERTS_FOR_STATE', atMs),
  ]);
  const key = ({ __name__: _, alertstate: __, ...labels }: Record<string, string>): string =>
    JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  const known = sinces.filter(({ value }) => Number.isFinite(value));
  const sinceSeconds = new Map(known.map(({ metric, value }) => [key(metric), value]));
  const waits = new Map(alertRules(table, naming).map((rule) => [rule.name, rule.forSeconds]));
  const open = alerts.map(({ metric }): OpenAlert => {
    const rule = metric.alertname ?? '';
    const status = metric.alertstate === 'pending' ? 'pending' : 'firing';
    const since = sinceSeconds.get(key(metric));
    const wait = waits.get(rule);
    const firesSeconds = status === 'pending' ? later(since, wait) : undefined;
    return {
      rule,
      status,
      severity: metric.severity ?? 'critical',
      sinceMs: since === undefined ? atMs : since * 1000,
      firesAtMs: firesSeconds === undefined ? undefined : firesSeconds * 1000,
      subject: metric.check ?? metric.trigger,
    };
  });
  return { evaluatedMs: Math.min(...times), open };
}
