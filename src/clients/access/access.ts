import type { AuthConfig, VigilConfig } from '../../core/index.ts';

/** How everything below an address is asked. */
export interface Access {
  url: string;
  /** Key of the configuration, for messages: `services.api`. */
  where: string;
  auth?: AuthConfig | undefined;
  /** PEM file of an authority that is trusted besides Node's. */
  ca?: string | undefined;
  /** How queries to a store are sent. */
  method?: 'GET' | 'POST' | undefined;
}

const known = new Map<string, Access>();

function ofStore(store: VigilConfig['store']): Access[] {
  if (!store) return [];
  const { url, headers, auth, ca, method } = store;
  const named = { ...auth?.headers, ...headers };
  return [{ url, where: 'store', auth: { ...auth, headers: named }, ca, method }];
}

/** The access that a configuration gives to each address of which it says how it is asked. */
export function accessOf({
  services,
  target,
  store,
}: Pick<VigilConfig, 'services' | 'target'> & Pick<Partial<VigilConfig>, 'store'>): Access[] {
  const ofServices = services.flatMap(
    ({ name, url, instances, auth, ca, metrics, metricsAuth }): Access[] => {
      const where = `services.${name}`;
      const own = Array.isArray(instances) ? instances : [];
      const metricsUrls =
        metrics?.url !== undefined
          ? [metrics.url]
          : [url, ...own].map((one) => `${one}${metrics?.path ?? ''}`);
      return [
        ...[url, ...own].map((one) => ({ url: one, where, auth, ca })),
        ...(metricsAuth || metrics?.url !== undefined
          ? metricsUrls.map((one) => ({ url: one, where: `${where}.metrics`, auth: metricsAuth ?? auth, ca }))
          : []),
      ];
    },
  );
  const around = (['prometheus', 'grafana', 'alertmanager'] as const).flatMap((key): Access[] => {
    const part = target?.[key];
    return part ? [{ url: part.url, where: `target.${key}`, auth: part.auth, ca: part.ca }] : [];
  });
  return [...ofServices, ...around, ...ofStore(store)].filter(
    ({ url, auth, ca, method }) => url !== '' && (auth || ca || method),
  );
}

/** From here on every request of this process to these addresses, and to what lies below them, is asked in this way. */
export function useAccess(access: readonly Access[]): void {
  for (const one of access) known.set(one.url, one);
}

/** How an address is asked: as the longest known address says that it lies below of. */
export function accessFor(url: string): Access | undefined {
  if (known.size === 0) return undefined;
  let found: Access | undefined;
  for (const one of known.values()) {
    const isBelow = url.startsWith(one.url) && /^(?:$|[/?#])/.test(url.slice(one.url.length));
    if (isBelow && one.url.length > (found?.url.length ?? -1)) found = one;
  }
  return found;
}
