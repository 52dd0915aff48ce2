import {
  givenValue,
  proxyFor,
  storeUrlOf,
  telemetryAsked,
  trafficOf,
  type VigilConfig,
} from '../../core/index.ts';
import type { Finding } from '../command-documents.ts';

/** What a text says, or the reference that it is; a secret that is missing is told elsewhere. */
function said(text: string): string {
  try {
    return givenValue(text, '');
  } catch {
    return '';
  }
}

/** Every http:// and https:// address in a value, however deep, also one that is a secret: only its host is shown. */
function addressesIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const text = said(value);
    return /^https?:\/\//.test(text) && URL.canParse(text) ? [text] : [];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(addressesIn);
}

/** What speaks no HTTP, and so takes no proxy of HTTP. */
function otherWays({ probes, notifications }: VigilConfig): string[] {
  const ofProbes = probes.flatMap((probe) => {
    if (probe.type === 'tcp' || probe.type === 'tls') return [`${probe.type} ${probe.host}:${probe.port}`];
    if (probe.type === 'dns') return [`dns ${probe.server ?? probe.host}`];
    const url = probe.type === 'sql' ? URL.parse(said(probe.url)) : undefined;
    return url ? [`sql ${url.host}`] : [];
  });
  const mail = notifications.channels.flatMap((channel) =>
    channel.type === 'email' ? [`smtp ${channel.host}:${channel.port}`] : [],
  );
  return [...new Set([...ofProbes, ...mail])];
}

/** The addresses that are asked over HTTP, without what comes to us. */
function askedAddresses(config: VigilConfig): string[] {
  const { services, target, store, probes, notifications } = config;
  const { traces, prometheus, grafana, alertmanager, host } = target ?? {};
  const asksStore = services.some(
    ({ traffic }) => traffic && trafficOf(traffic, config.metricsPrefix).kind === 'queries',
  );
  const { tracesUrl, metricsUrl } = telemetryAsked() ?? {};
  const around = [traces && 'receiver' in traces ? [] : traces, prometheus, grafana, alertmanager, host];
  const stores = [store, asksStore && storeUrlOf(config)];
  return addressesIn([services, around, stores, probes, notifications.channels, tracesUrl, metricsUrl]);
}

/** Which way each address that is asked takes: directly, or by which proxy. */
export function lookAtRoutes(config: VigilConfig): Finding[] {
  const origins = [...new Set(askedAddresses(config).map((url) => new URL(url).origin))];
  const routes = origins.map((origin) => ({ origin, proxy: proxyFor(origin) }));
  if (routes.every(({ proxy }) => proxy === undefined)) {
    return [{ subject: 'proxy', state: 'ok', detail: 'none: every address is asked directly' }];
  }
  const others = otherWays(config).map((name) => `${name} directly: it is not HTTP`);
  const ways = routes.map(({ origin, proxy }) =>
    proxy === undefined ? `${origin} directly` : `${origin} by ${new URL(proxy).origin}`,
  );
  return [...ways, ...others].map((detail) => ({ subject: 'proxy', state: 'ok', detail }));
}
