import { type AlertRule, alertRules, defaultNaming, type SignalNaming } from '../../../alerts/index.ts';
import { effectiveThresholds, quorumOf, type ThresholdTable, type VigilConfig } from '../../../core/index.ts';

/** Everything that the files under monitoring/ are made from. */
export interface MonitoringSettings {
  /** What is watched, as titles call it. */
  name: string;
  /** Whether no deployment is configured, so that the reference Genesis is started beside Vigil. */
  isReference: boolean;
  /** From one cycle to the next, and how long one may take. */
  cycle: { intervalMs: number; timeoutMs: number };
  retentionMs: number;
  /** Shares of the traffic in percent, in the order in which a release takes them. */
  trafficSteps: readonly number[];
  /** The limits in force. */
  table: ThresholdTable;
  /** The alert rules with these limits, names and intervals. */
  rules: readonly AlertRule[];
  /** Metric prefix, window of the live signals, and `timeScale`, which shortens every wait of a rehearsal. */
  naming: SignalNaming;
  /** Base URLs of what is scraped; `/metrics` is added. */
  targets: {
    orchestration: string;
    planner: string | undefined;
    node: string | undefined;
    probes: VigilConfig['monitoring']['probes'];
  };
  /** How many probes must say the same for it to count across probes. */
  quorum: number;
  scrapeIntervalMs: number;
  evaluationIntervalMs: number;
  /** Base URLs of the stack itself. */
  alertmanager: string;
  prometheus: string;
  /** Where Alertmanager sends; secrets are named by file, never written down. */
  receivers: Pick<
    VigilConfig['monitoring'],
    'webhook' | 'heartbeat' | 'heartbeatInterval' | 'slack' | 'pagerduty' | 'email'
  >;
  /** Put before `docs/incident-response.md#…`; empty for a path inside the repository. */
  runbookBase: string;
}

/** Where the reference Genesis is when no target is configured: `vigil target`, with node_exporter beside it. */
const reference = {
  orchestration: 'http://127.0.0.1:8000',
  planner: 'http://127.0.0.1:8001',
  host: { nodeExporter: 'http://127.0.0.1:9100' },
};

/** The settings that a configuration means; addresses that it doesn't give are those of its target. */
export function settingsOf(config: VigilConfig): MonitoringSettings {
  const { monitoring, target = reference } = config;
  const table = effectiveThresholds(config);
  const quorum = quorumOf(monitoring);
  const planner = monitoring.planner ?? target.planner;
  const naming = {
    prefix: config.metricsPrefix,
    windowMs: config.liveWindow,
    services: planner ? defaultNaming.services : 'genesis-orchestration',
    timeScale: monitoring.timeScale,
    ...(monitoring.probes.length > 1 && { quorum }),
  };
  return {
    name: config.name,
    isReference: config.target === undefined,
    cycle: { intervalMs: config.interval, timeoutMs: config.timeout },
    retentionMs: config.retention,
    trafficSteps: config.rollout.plan.map(({ percent }) => percent),
    table,
    rules: alertRules(table, naming, config.interval),
    naming,
    targets: {
      orchestration: monitoring.orchestration ?? target.orchestration,
      planner,
      node: monitoring.node ?? target.host?.nodeExporter,
      probes: monitoring.probes,
    },
    quorum,
    scrapeIntervalMs: monitoring.scrapeInterval ?? config.sampleInterval,
    evaluationIntervalMs: monitoring.evaluationInterval ?? config.sampleInterval,
    alertmanager: monitoring.alertmanager,
    prometheus: monitoring.prometheus,
    receivers: monitoring,
    runbookBase: monitoring.runbooks ?? '',
  };
}
