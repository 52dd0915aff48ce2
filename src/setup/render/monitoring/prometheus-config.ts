import { jobs } from '../../../alerts/index.ts';
import { formatDuration } from '../../../core/index.ts';
import type { MonitoringSettings, Probe } from './settings.ts';
import { yamlFile } from './yaml-file.ts';

/** A base URL taken apart as Prometheus wants it. */
export function addressOf(url: string): { scheme: string; address: string; path: string } {
  const { protocol, host, port, pathname } = new URL(url);
  const standard = protocol === 'https:' ? 443 : 80;
  const address = port === '' ? `${host}:${standard}` : host;
  return { scheme: protocol.slice(0, -1), address, path: pathname.replace(/\/+$/, '') };
}

function staticConfig({ url, name }: Probe) {
  const { scheme, address, path } = addressOf(url);
  const labels = {
    ...(scheme !== 'http' && { __scheme__: scheme }),
    ...(path !== '' && { __metrics_path__: `${path}/metrics` }),
    ...(name !== undefined && { probe: name }),
  };
  return { targets: [address], ...(Object.keys(labels).length > 0 && { labels }) };
}

const job = (name: string, ...targets: readonly Probe[]) => ({
  job_name: name,
  // A Vigil that knows which probe it is says so itself.
  ...(name === jobs.tests && targets.length > 1 && { honor_labels: true }),
  static_configs: targets.map(staticConfig),
});

/** Longest wait for a scrape; never more than the interval, which Prometheus refuses. */
const scrapeTimeoutMs = 5000;

/** prometheus.yml: what is scraped, which rules are evaluated, who is told. */
export function prometheusConfig(settings: MonitoringSettings, rulesFile = 'alerts.yml'): string {
  const { targets, scrapeIntervalMs, evaluationIntervalMs } = settings;
  const alertmanager = addressOf(settings.alertmanager);
  return yamlFile(
    {
      global: {
        scrape_interval: formatDuration(scrapeIntervalMs),
        scrape_timeout: formatDuration(Math.min(scrapeIntervalMs, scrapeTimeoutMs)),
        evaluation_interval: formatDuration(evaluationIntervalMs),
      },
      rule_files: [rulesFile],
      alerting: {
        alertmanagers: [
          {
            ...(alertmanager.scheme !== 'http' && { scheme: alertmanager.scheme }),
            ...(alertmanager.path !== '' && { path_prefix: alertmanager.path }),
            static_configs: [{ targets: [alertmanager.address] }],
          },
        ],
      },
      scrape_configs: [
        job(jobs.orchestration, { url: targets.orchestration }),
        ...(targets.planner ? [job(jobs.planner, { url: targets.planner })] : []),
        job(jobs.tests, ...targets.probes),
        ...(targets.node ? [job(jobs.node, { url: targets.node })] : []),
      ],
    },
    'No external labels: they would give an alert another identity than Vigil gives it.',
  );
}
