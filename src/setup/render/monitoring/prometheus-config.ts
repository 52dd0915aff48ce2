import { jobs, testsJob } from '../../../alerts/index.ts';
import { formatDuration } from '../../../core/index.ts';
import type { MonitoringSettings } from './settings.ts';
import { yamlFile } from './yaml-file.ts';

/** A base URL taken apart as Prometheus wants it. */
export function scrapeAddress(url: string): { scheme: string; address: string; path: string } {
  const { protocol, host, port, pathname } = new URL(url);
  const standard = protocol === 'https:' ? 443 : 80;
  const address = port === '' ? `${host}:${standard}` : host;
  return { scheme: protocol.slice(0, -1), address, path: pathname.replace(/\/+$/, '') };
}

/** Something that is scraped; below `/metrics` unless it says where. */
type Scraped = MonitoringSettings['targets']['probes'][number] & { path?: string; service?: string };

function staticConfig({ url, name, service, path: own }: Scraped) {
  const { scheme, address, path } = scrapeAddress(url);
  const labels = {
    __scheme__: scheme === 'http' ? undefined : scheme,
    __metrics_path__: own ?? (path === '' ? undefined : `${path}/metrics`),
    service,
    probe: name,
  };
  const isPlain = Object.values(labels).every((value) => value === undefined);
  return { targets: [address], labels: isPlain ? undefined : labels };
}

/** Nothing for a job without a target. */
function job(name: string, targets: readonly Scraped[], isVigil = false) {
  if (targets.length === 0) return [];
  return [
    {
      job_name: name,
      // A Vigil that knows which probe it is says so itself.
      honor_labels: isVigil && targets.length > 1 ? true : undefined,
      static_configs: targets.map(staticConfig),
    },
  ];
}

/** Longest wait for a scrape; never more than the interval, which Prometheus refuses. */
const scrapeTimeoutMs = 5000;

/** prometheus.yml: what is scraped, which rules are evaluated, who is told. */
export function prometheusConfig(settings: MonitoringSettings, rulesFile = 'alerts.yml'): string {
  const { targets, scrapeIntervalMs, evaluationIntervalMs } = settings;
  const alertmanager = scrapeAddress(settings.alertmanager);
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
            scheme: alertmanager.scheme === 'http' ? undefined : alertmanager.scheme,
            path_prefix: alertmanager.path || undefined,
            static_configs: [{ targets: [alertmanager.address] }],
          },
        ],
      },
      scrape_configs: [
        ...[...new Set(targets.services.map(({ job: name }) => name))].flatMap((name) =>
          job(
            name,
            targets.services.filter((one) => one.job === name),
          ),
        ),
        ...job(testsJob(settings.naming), targets.probes, true),
        ...job(jobs.node, targets.node ? [{ url: targets.node }] : []),
      ],
    },
    'No external labels: they would give an alert another identity than Vigil gives it.',
  );
}
