/**
 * What the containers are made of, by tag. Prometheus, Alertmanager and node_exporter are the versions that the
 * tests run; no digest was resolved, because nothing here could ask a registry.
 */
export const images = {
  node: 'node:24.21.0-bookworm-slim',
  pause: 'registry.k8s.io/pause:3.10',
  prometheus: 'prom/prometheus:v2.42.0',
  alertmanager: 'prom/alertmanager:v0.25.0',
  nodeExporter: 'prom/node-exporter:v1.5.0',
  grafana: 'grafana/grafana:12.2.0',
} as const;

/** Folders inside the containers. */
export const folders = {
  vigil: '/vigil',
  reports: '/vigil/reports',
  genesis: '/genesis',
  config: '/etc/vigil/vigil.config.json',
  /** Where the package is installed. */
  program: '/vigil/node_modules/vitest-vigil/dist',
} as const;

/** The dashboard's uid, under which C02 looks for it unless the configuration names another. */
export const dashboardUid = ({ isGenesis = true }: { isGenesis?: boolean }): string =>
  isGenesis ? 'genesis-48h' : 'vigil-48h';

/** Where Grafana finds the dashboards. */
export const dashboardsFolder = '/etc/grafana/dashboards';
