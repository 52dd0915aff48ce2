import { defaultNaming } from '../../../alerts/index.ts';
import { effectiveThresholds, quorumOf, type VigilConfig } from '../../../core/index.ts';
import type { MonitoringSettings, Receivers } from './settings.ts';

/** Where the reference Genesis is when no target is configured: `vigil target`, with node_exporter beside it. */
const reference = {
  orchestration: 'http://127.0.0.1:8000',
  planner: 'http://127.0.0.1:8001',
  node: 'http://127.0.0.1:9100',
};

function receiversOf({ monitoring }: VigilConfig): Receivers {
  const { webhook, heartbeat, heartbeatInterval, slack, pagerduty, email } = monitoring;
  return {
    webhook,
    heartbeat,
    heartbeatIntervalMs: heartbeatInterval,
    ...(slack && { slack }),
    ...(pagerduty && { pagerduty }),
    ...(email && { email: definedOnly(email) }),
  };
}

/** Zod's optional keys may be there as `undefined`; ours are there or not. */
function definedOnly<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

/** The settings that a configuration means; what it doesn't say of addresses is where the target is. */
export function settingsOf(config: VigilConfig): MonitoringSettings {
  const { monitoring, target } = config;
  const found = target
    ? { orchestration: target.orchestration, planner: target.planner, node: target.host?.nodeExporter }
    : reference;
  const planner = monitoring.planner ?? found.planner;
  const node = monitoring.node ?? found.node;
  return {
    name: config.name,
    isReference: target === undefined,
    cycle: { intervalMs: config.interval, timeoutMs: config.timeout },
    retentionMs: config.retention,
    trafficSteps: config.rollout.plan.map(({ percent }) => percent),
    table: effectiveThresholds(config),
    naming: {
      prefix: config.metricsPrefix,
      windowMs: config.liveWindow,
      services: planner ? defaultNaming.services : 'genesis-orchestration',
      timeScale: monitoring.timeScale,
      ...(monitoring.probes.length > 1 && { quorum: quorumOf(monitoring) }),
    },
    targets: {
      orchestration: monitoring.orchestration ?? found.orchestration,
      ...(planner && { planner }),
      ...(node && { node }),
      probes: monitoring.probes.map(definedOnly),
    },
    quorum: quorumOf(monitoring),
    scrapeIntervalMs: monitoring.scrapeInterval ?? config.sampleInterval,
    evaluationIntervalMs: monitoring.evaluationInterval ?? config.sampleInterval,
    alertmanager: monitoring.alertmanager,
    prometheus: monitoring.prometheus,
    receivers: receiversOf(config),
    runbookBase: monitoring.runbooks ?? '',
  };
}
