import { below } from '../core/index.ts';
import { send } from './http/http.ts';
import { dataOf } from './prometheus-answer.ts';

/** What a Prometheus does with alerts. */
export interface PrometheusAlerting {
  /** Alerting rules that are loaded. */
  rules: { name: string; health: string; lastError: string | undefined }[];
  /** Addresses of the Alertmanagers that it sends to. */
  alertmanagers: string[];
}

interface Rules {
  groups?: { rules?: { name?: string; health?: string; lastError?: string }[] }[];
}

/** The alerting rules that a Prometheus has loaded, and the Alertmanagers that it sends their alerts to. */
export async function prometheusAlerting(url: string): Promise<PrometheusAlerting> {
  const [rules, alertmanagers] = await Promise.all([
    send(below(url, '/api/v1/rules?type=alert')),
    send(below(url, '/api/v1/alertmanagers')),
  ]);
  const { groups = [] } = dataOf<Rules>(rules);
  const { activeAlertmanagers = [] } = dataOf<{ activeAlertmanagers?: { url?: string }[] }>(alertmanagers);
  return {
    rules: groups.flatMap((group) =>
      (group.rules ?? []).map(({ name = '', health = 'unknown', lastError }) => ({
        name,
        health,
        lastError: lastError || undefined,
      })),
    ),
    alertmanagers: activeAlertmanagers.map((found) => found.url ?? ''),
  };
}
