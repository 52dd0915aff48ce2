import { proxyFor, type VigilConfig } from '../../core/index.ts';
import type { Finding } from './finding.ts';

/** Every http:// and https:// address in a value, however deep. */
function addressesIn(value: unknown): string[] {
  if (typeof value === 'string') return /^https?:\/\//.test(value) && URL.canParse(value) ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(addressesIn);
}

/** Which way each address that is asked takes: directly, or by which proxy. */
export function lookAtRoutes({ services, target, probes, notifications }: VigilConfig): Finding[] {
  const { traces, prometheus, grafana, alertmanager, host } = target ?? {};
  // Traces that are received come to us.
  const asked = [
    services,
    traces && 'receiver' in traces ? [] : traces,
    prometheus,
    grafana,
    alertmanager,
    host,
  ];
  const all = addressesIn([...asked, probes, notifications.channels]);
  const origins = [...new Set(all.map((url) => new URL(url).origin))];
  const routes = origins.map((origin) => ({ origin, proxy: proxyFor(origin) }));
  if (routes.every(({ proxy }) => proxy === undefined)) {
    return [{ subject: 'proxy', state: 'ok', detail: 'none: every address is asked directly' }];
  }
  return routes.map(({ origin, proxy }) => ({
    subject: 'proxy',
    state: 'ok' as const,
    detail: `${origin} ${proxy === undefined ? 'directly' : `by ${new URL(proxy).origin}`}`,
  }));
}
