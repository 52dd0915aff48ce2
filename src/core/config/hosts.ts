import type { VigilConfig } from './schema.ts';

/** By which names the loop may be asked: those declared, and those under which Prometheus scrapes it. */
export const hostsOf = ({ server, monitoring }: Pick<VigilConfig, 'server' | 'monitoring'>): string[] => [
  ...server.hosts,
  ...monitoring.probes.map(({ url }) => new URL(url).hostname),
];
