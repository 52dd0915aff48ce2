import { alertRules, probesUpRecord } from '../../../alerts/index.ts';
import { queryInstant } from '../../../clients/index.ts';
import { later } from '../condition.ts';
import type { OpenAlert, RecordedEvidence } from '../evidence.ts';
import type { GateSetup } from '../setup.ts';
import { narrowed, withinDeployment } from './own-series.ts';

/** The alert that always fires: without it nobody evaluates rules, and no alert means nothing. */
const watchdog = 'Watchdog';

/**
 * The alerts that the store's rules have open, and when they were last evaluated; `undefined` when nobody evaluates them,
 * which is told from "no alert" by the alert that always fires. Others have one of that name too (kube-prometheus), so what
 * Vigil's own file records must be there as well.
 */
export async function alertsFrom(
  url: string,
  { name, table, naming }: Pick<GateSetup, 'name' | 'table' | 'naming'>,
  atMs: number,
): Promise<RecordedEvidence['alerts']> {
  const whose = withinDeployment(name);
  const [watchdogs, own, alerts, sinces] = await Promise.all([
    queryInstant(url, `max(timestamp(ALERTS{alertname="${watchdog}",alertstate="firing"}))`, atMs),
    queryInstant(url, `max(timestamp(${narrowed(probesUpRecord, whose)}))`, atMs),
    queryInstant(url, narrowed(`ALERTS{alertname!="${watchdog}"}`, whose), atMs),
    queryInstant(url, narrowed('ALERTS_FOR_STATE', whose), atMs),
  ]);
  const times = [watchdogs, own].map(([last]) => (last?.value ?? Number.NaN) * 1000);
  if (!times.every(Number.isFinite)) return undefined;
  const key = ({ __name__: _, alertstate: __, ...labels }: Record<string, string>): string =>
    JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  const known = sinces.filter(({ value }) => Number.isFinite(value));
  const sincesMs = new Map(known.map(({ metric, value }) => [key(metric), value * 1000]));
  const waitsMs = new Map(alertRules(table, naming).map((rule) => [rule.name, rule.forSeconds * 1000]));
  const open = alerts.map(({ metric }): OpenAlert => {
    const rule = metric.alertname ?? '';
    const status = metric.alertstate === 'pending' ? 'pending' : 'firing';
    const sinceMs = sincesMs.get(key(metric));
    return {
      rule,
      status,
      severity: metric.severity ?? 'critical',
      sinceMs: sinceMs ?? atMs,
      firesAtMs: status === 'pending' ? later(sinceMs, waitsMs.get(rule)) : undefined,
      subject: metric.check ?? metric.trigger ?? metric.job,
      service: metric.service,
      instance: metric.instance,
    };
  });
  return { evaluatedMs: Math.min(...times), open };
}
