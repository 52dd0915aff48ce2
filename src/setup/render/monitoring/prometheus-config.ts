import { jobs, testsJob } from '../../../alerts/index.ts';
import { durationLiteral } from '../../../core/index.ts';
import { prometheusAccess, type RenderedAccess, unsentHeaders } from './access.ts';
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
type Scraped = Omit<MonitoringSettings['targets']['probes'][number], 'name'> & {
  name?: string | undefined;
  path?: string;
  service?: string;
  deployment?: string;
  instance?: string | undefined;
  byDns?: boolean;
  access?: RenderedAccess;
};

function staticConfig({ url, name, service, deployment, instance, path: own }: Scraped) {
  const { scheme, address, path } = scrapeAddress(url);
  const labels = {
    __scheme__: scheme === 'http' ? undefined : scheme,
    __metrics_path__: own ?? (path === '' ? undefined : `${path}/metrics`),
    deployment,
    service,
    // As Vigil itself names it, so that both make the same alert of it.
    instance: instance === address ? undefined : instance,
    probe: name,
  };
  const isPlain = Object.values(labels).every((value) => value === undefined);
  return { targets: [address], labels: isPlain ? undefined : labels };
}

/** An instance that is found by DNS as Vigil names it: without the port that goes without saying, with its base path. */
function instanceByDns({ instance = '' }: Scraped, host: string) {
  const port = /^:\d+/.test(instance.slice(host.length));
  const path = instance.replace(/^[^/]*/, '');
  if (port && path === '') return [];
  const regex = port ? '(.+)' : '(.+):\\d+';
  return [{ source_labels: ['__address__'], regex, target_label: 'instance', replacement: `$1${path}` }];
}

/** Every address that a name has, as Prometheus finds it out: it knows no label there, and no path of one's own. */
function dnsConfig(scraped: Scraped) {
  const { url, path, service, deployment } = scraped;
  const { scheme, address } = scrapeAddress(url);
  const { hostname } = new URL(url);
  return {
    scheme: scheme === 'http' ? undefined : scheme,
    metrics_path: path,
    dns_sd_configs: [{ names: [hostname], type: 'A', port: Number(address.split(':').at(-1)) }],
    relabel_configs: [
      { target_label: 'deployment', replacement: deployment },
      { target_label: 'service', replacement: service },
      ...instanceByDns(scraped, hostname),
    ],
    // By its address nobody would find its certificate right.
    tls_config: scheme === 'https' ? { server_name: hostname } : undefined,
  };
}

/** Nothing for a job without a target. */
function job(name: string, targets: readonly Scraped[], isVigil = false) {
  const [first] = targets;
  if (!first) return [];
  const access = prometheusAccess(first.access ?? {}, name);
  const found = first.byDns ? dnsConfig(first) : { static_configs: targets.map(staticConfig) };
  return [
    {
      job_name: name,
      // A Vigil says itself which deployment it watches, and which probe it is.
      honor_labels: isVigil ? true : undefined,
      ...access,
      ...found,
      tls_config: mergedTls(access.tls_config, 'tls_config' in found ? found.tls_config : undefined),
    },
  ];
}

const mergedTls = (own: unknown, more: object | undefined): unknown =>
  more ? { ...(own as object | undefined), ...more } : own;

/** Sentences about header lines that are left out. */
export function headersLeftOut({ targets, alertmanagerAccess }: MonitoringSettings): string[] {
  const asked = [...targets.services, { job: 'alertmanager', access: alertmanagerAccess }];
  const notes = asked.flatMap(({ job: name, access }) =>
    unsentHeaders(access ?? {}).map(
      (header) =>
        `Left out: the header ${header} of ${name}, which Prometheus can send from 2.55 on; monitoring.httpHeaders says that it is.`,
    ),
  );
  return [...new Set(notes)];
}

/** Longest wait for a scrape; never more than the interval, which Prometheus refuses. */
const scrapeTimeoutMs = 5000;

/** prometheus.yml: what is scraped, which rules are evaluated, who is told. */
export function prometheusConfig(settings: MonitoringSettings, rulesFile = 'alerts.yml'): string {
  const { targets, deployment, scrapeIntervalMs, evaluationIntervalMs } = settings;
  const alertmanager = scrapeAddress(settings.alertmanager);
  return yamlFile(
    {
      global: {
        scrape_interval: durationLiteral(scrapeIntervalMs),
        scrape_timeout: durationLiteral(Math.min(scrapeIntervalMs, scrapeTimeoutMs)),
        evaluation_interval: durationLiteral(evaluationIntervalMs),
      },
      rule_files: [rulesFile],
      alerting: {
        alertmanagers: [
          {
            scheme: alertmanager.scheme === 'http' ? undefined : alertmanager.scheme,
            path_prefix: alertmanager.path || undefined,
            ...prometheusAccess(settings.alertmanagerAccess, 'alertmanager'),
            static_configs: [{ targets: [alertmanager.address] }],
          },
        ],
      },
      scrape_configs: [
        ...[...new Set(targets.services.map(({ job: name }) => name))].flatMap((name) =>
          job(
            name,
            targets.services.filter((one) => one.job === name).map((one) => ({ ...one, deployment })),
          ),
        ),
        ...job(
          testsJob(settings.naming),
          targets.probes.map((probe) => ({ ...probe, deployment, access: settings.vigilAccess })),
          true,
        ),
        ...job(jobs.node, targets.node ? [{ url: targets.node, deployment }] : []),
      ],
    },
    'No external labels: they would give an alert another identity than Vigil gives it.',
    ...headersLeftOut(settings),
  );
}
