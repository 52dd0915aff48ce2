import { type AlertRule, alertRules, jobs, namingOf, type SignalNaming } from '../../../alerts/index.ts';
import {
  effectiveThresholds,
  quorumOf,
  type ServiceConfig,
  type VigilConfig,
  watchesGenesis,
} from '../../../core/index.ts';

/** Where the reference Genesis is when no target is configured: `vigil target`, with node_exporter beside it. */
const reference = {
  orchestration: 'http://127.0.0.1:8000',
  planner: 'http://127.0.0.1:8001',
  host: { nodeExporter: 'http://127.0.0.1:9100' },
};

/** Where Prometheus scrapes each instance of a service; one without metrics is not scraped. */
function scraped({ job, name, url, instances, metrics }: ServiceConfig): ScrapedService[] {
  if (!metrics) return [];
  const own = Array.isArray(instances) ? instances : [url];
  const addresses = metrics.url === undefined ? own.map((one) => `${one}${metrics.path}`) : [metrics.url];
  return addresses.map((address) => {
    const { origin, pathname } = new URL(address);
    return { job, service: name, url: origin, path: pathname };
  });
}

interface ScrapedService {
  job: string;
  url: string;
  /** Value of the label `service`. */
  service?: string;
  path?: string;
}

/** A configuration of services and checks as a person writes it. */
function watchedBy({ services, suite, probes }: VigilConfig) {
  const tables = services.map(({ name, job, metrics, metricsAuth, release, ...service }) => [
    name,
    { ...service, metrics: metrics && { url: metrics.path ?? metrics.url, auth: metricsAuth }, release },
  ]);
  return { services: tables.length > 0 ? Object.fromEntries(tables) : undefined, suite, probes };
}

/**
 * Everything that the files under monitoring/ are made from, by a configuration; addresses that it doesn't give are
 * those of its target.
 */
export function settingsOf(config: VigilConfig) {
  const { monitoring, target = reference } = config;
  const table = effectiveThresholds(config);
  const quorum = quorumOf(monitoring);
  const isGenesis = watchesGenesis(config);
  const orchestration = monitoring.orchestration ?? target.orchestration;
  const planner = monitoring.planner ?? target.planner;
  const services: ScrapedService[] = isGenesis
    ? [
        { job: jobs.orchestration, url: orchestration },
        ...(planner === undefined ? [] : [{ job: jobs.planner, url: planner }]),
      ]
    : config.services.flatMap(scraped);
  const naming: SignalNaming = {
    ...namingOf(config),
    services: [...new Set(services.map(({ job }) => job))].join('|'),
    ...(monitoring.probes.length > 1 && { quorum }),
  };
  const rules: readonly AlertRule[] = alertRules(table, naming, config.interval);
  return {
    /** What is watched, as titles call it. */
    name: config.name,
    /** Whether no deployment is configured, so that the reference Genesis is started beside Vigil. */
    isReference: config.target === undefined && isGenesis,
    /** What a Vigil elsewhere watches: the services as they are configured, and by which checks. */
    watched: isGenesis ? undefined : watchedBy(config),
    /** From one cycle to the next, and how long one may take. */
    cycle: { intervalMs: config.interval, timeoutMs: config.timeout },
    retentionMs: config.retention,
    /** Shares of the traffic in percent, in the order in which a release takes them. */
    trafficSteps: config.rollout.plan.map(({ percent }) => percent),
    table,
    rules,
    naming,
    /** Base URLs of what is scraped; `/metrics` is added. */
    targets: {
      services,
      orchestration,
      planner,
      node: monitoring.node ?? target.host?.nodeExporter,
      probes: monitoring.probes,
    },
    /** How many probes must say the same for it to count across probes. */
    quorum,
    scrapeIntervalMs: monitoring.scrapeInterval ?? config.sampleInterval,
    evaluationIntervalMs: monitoring.evaluationInterval ?? config.sampleInterval,
    alertmanager: monitoring.alertmanager,
    prometheus: monitoring.prometheus,
    /** Where Alertmanager sends; secrets are named by file, never written down. */
    receivers: monitoring,
    /** Put before `docs/incident-response.md#…`; empty for a path inside the repository. */
    runbookBase: monitoring.runbooks ?? '',
  };
}

export type MonitoringSettings = ReturnType<typeof settingsOf>;
