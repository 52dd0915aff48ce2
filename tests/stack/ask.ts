import { setTimeout as sleep } from 'node:timers/promises';
import { queryInstant } from '../../src/clients/prometheus.ts';

/** Waits for a state: asks until the answer is there; says what was last seen when it never came. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  let last: unknown = 'nothing was asked';
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (thrown) {
      last = thrown;
    }
    await sleep(200);
  }
  throw new Error(`${what}: it never came (${last})`);
}

export async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  return (await answer.json()) as T;
}

/** Alerts that Prometheus has open, as `name state`. */
export async function openAlerts(prometheus: string): Promise<string[]> {
  const { data } = await getJson<{
    data: { alerts: { labels: Record<string, string>; state: string }[] };
  }>(`${prometheus}/api/v1/alerts`);
  return data.alerts.map(({ labels, state }) => `${labels.alertname} ${state}`).toSorted();
}

/** The states in which an alert has been so far, in their order, by what Prometheus itself recorded of it. */
export async function statesInOrder(
  prometheus: string,
  alertname: string,
  sinceMs = Date.now() - 3_600_000,
): Promise<string[]> {
  const seconds = Math.ceil((Date.now() - sinceMs) / 1000);
  const firstSeen = `min by (alertstate) (min_over_time(timestamp(ALERTS{alertname="${alertname}"})[${seconds}s:1s]))`;
  const seen = await queryInstant(prometheus, firstSeen);
  return seen.toSorted((a, b) => a.value - b.value).map(({ metric }) => metric.alertstate ?? '');
}
