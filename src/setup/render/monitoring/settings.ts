import { type AlertRule, alertRules, jobs, namingOf, type SignalNaming } from '../../../alerts/index.ts';
import {
  dependenciesIn,
  deploymentLabel,
  effectiveThresholds,
  instanceName,
  quorumOf,
  type ServiceConfig,
  type VigilConfig,
  watchesGenesis,
} from '../../../core/index.ts';

import type { RenderedAccess } from './access.ts';
import { renderedChannels } from './receivers.ts';

/** Who evaluates the rules. */
export type RuleEvaluator = 'prometheus' | 'vmalert';

/** Where the reference Genesis is when no target is configured: `vigil target`, with node_exporter beside it. */
const reference = {
  orchestration: 'http://127.0.0.1:8000',
  planner: 'http://127.0.0.1:8001',
  host: { nodeExporter: 'http://127.0.0.1:9100' },
};

/** Where Prometheus scrapes each instance of a service; one without metrics is not scraped. */
function scraped(service: ServiceConfig, sendsHeaders: boolean): ScrapedService[] {
  const { job, name, url, instances, metrics, metricsAuth, auth, ca } = service;
  if (!metrics) return [];
  const at = (address: string, instance?: string): ScrapedService => {
    const { origin, pathname } = new URL(address);
    return {
      job,
      service: name,
      url: origin,
      path: pathname,
      byDns: instances === 'dns' && instance !== undefined,
      instance,
      access: { auth: metricsAuth ?? auth, ca, sendsHeaders },
    };
  };
  // Metrics with an address of their own are those of all instances.
  if (metrics.url !== undefined) return [at(metrics.url)];
  const own = Array.isArray(instances) ? instances : [url];
  return own.map((one) =>
    at(`${one}${metrics.path}`, instances === undefined ? undefined : instanceName(one)),
  );
}

interface ScrapedService {
  job: string;
  url: string;
  /** Value of the label `service`. */
  service: string;
  path?: string;
  /** Whether every address of its host is an instance. */
  byDns?: boolean;
  /** The label `instance` where there are several; by DNS with the name in the place of an address. */
  instance?: string | undefined;
  access?: RenderedAccess;
}

/** A configuration of services and checks as a person writes it. */
function watchedBy({ services, suite, probes }: VigilConfig) {
  const tables = services.map(({ name, job, metrics, metricsAuth, healthSuccess, ...service }) => [
    name,
    {
      ...service,
      health: healthSuccess ? { path: service.health, success: healthSuccess } : service.health,
      metrics: metrics && { url: metrics.path ?? metrics.url, auth: metricsAuth },
    },
  ]);
  return { services: tables.length > 0 ? Object.fromEntries(tables) : undefined, suite, probes };
}

function accessOfJob({ services, monitoring }: VigilConfig, job: string): RenderedAccess {
  const { metricsAuth, auth, ca } = services.find((one) => one.job === job) ?? {};
  return { auth: metricsAuth ?? auth, ca, sendsHeaders: monitoring.httpHeaders };
}

const accessAt = (
  declared: (RenderedAccess & { url: string }) | undefined,
  url: string,
  sendsHeaders: boolean,
): RenderedAccess => (declared?.url === url ? { auth: declared.auth, ca: declared.ca, sendsHeaders } : {});

/**
 * Everything that the files under monitoring/ are made from, by a configuration; addresses that it doesn't give are
 * those of its target. `oneOfSeveral` is its name among the deployments of one process.
 */
export function settingsOf(
  config: VigilConfig,
  evaluator: RuleEvaluator = 'prometheus',
  oneOfSeveral?: string,
) {
  const { monitoring, target = reference } = config;
  const table = effectiveThresholds(config);
  const quorum = quorumOf(monitoring);
  const isGenesis = watchesGenesis(config);
  const port = monitoring.probes[0]?.url ?? '';
  // Several deployments of one process share a port.
  const pageUrl = oneOfSeveral === undefined ? port : `${port.replace(/\/+$/, '')}/d/${oneOfSeveral}`;
  const orchestration = monitoring.orchestration ?? target.orchestration;
  const planner = monitoring.planner ?? target.planner;
  const services: ScrapedService[] = isGenesis
    ? [
        {
          job: jobs.orchestration,
          service: 'orchestration',
          url: orchestration,
          access: accessOfJob(config, jobs.orchestration),
        },
        ...(planner === undefined
          ? []
          : [
              {
                job: jobs.planner,
                service: 'planner',
                url: planner,
                access: accessOfJob(config, jobs.planner),
              },
            ]),
      ]
    : config.services.flatMap((service) => scraped(service, monitoring.httpHeaders));
  const byJob = new Map(services.map(({ job, service }) => [job, { job, service }]));
  const named = namingOf(config);
  const naming: SignalNaming = {
    ...named,
    services: [...byJob.keys()].join('|'),
    scraped: [...byJob.values()],
    instances: Object.fromEntries(
      Object.entries(named.instances ?? {}).filter(([job]) =>
        services.some((one) => one.job === job && one.instance !== undefined),
      ),
    ),
    ...(monitoring.probes.length > 1 && { quorum }),
  };
  const rules: readonly AlertRule[] = alertRules(table, naming, config.interval);
  return {
    evaluator,
    /** What is watched, as titles call it. */
    name: config.name,
    /** The same as the label of all that is scraped, recorded and told of it. */
    deployment: deploymentLabel(config),
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
    /** What fails where something else does. */
    dependencies: dependenciesIn(config),
    naming,
    /** Whether the deployment stands on the series of its nodes, as where Prometheus is rendered with them. */
    hasNodeLabels: true,
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
    image: monitoring.image,
    kubernetes: monitoring.kubernetes,
    alertmanager: monitoring.alertmanager,
    /** Where it is the one that the target declares, it is asked in the same way. */
    alertmanagerAccess: accessAt(
      config.target?.alertmanager,
      monitoring.alertmanager,
      monitoring.httpHeaders,
    ),
    // Grafana asks it, which sends whatever it is told to.
    prometheusAccess: accessAt(config.target?.prometheus, monitoring.prometheus, false),
    /** How a Vigil is asked for its metrics, where its port asks who reads them. */
    vigilAccess: { auth: config.server.read?.metrics ? { bearer: config.server.read.token } : undefined },
    prometheus: monitoring.prometheus,
    /** Where Alertmanager sends; secrets are named by file, never written down. */
    receivers: monitoring,
    channels: renderedChannels(config),
    rulesBy: config.notifications.rulesBy,
    /** The live page, and what is put before `docs/incident-response.md#…`: the page serves the runbooks too. */
    pageUrl,
    runbookBase: monitoring.runbooks ?? pageUrl,
  };
}

export type MonitoringSettings = ReturnType<typeof settingsOf>;
