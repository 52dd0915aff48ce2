import type { SignalNaming } from '../../../alerts/index.ts';
import type { ThresholdTable } from '../../../core/index.ts';

/** One Vigil that is scraped; with a name where several judge together. */
export interface Probe {
  /** Value of the label `probe` on all its series. */
  name?: string;
  url: string;
}

/** Where a notification goes beside the webhook; secrets are named by file, never written down. */
export interface Receivers {
  /** Told of every critical, warning and info alert. */
  webhook: string;
  /** Told every `heartbeatIntervalMs` while Prometheus and Alertmanager both work. */
  heartbeat: string;
  heartbeatIntervalMs: number;
  /** Told of critical and warning alerts. */
  slack?: { apiUrlFile: string; channel: string };
  /** Told of critical alerts. */
  pagerduty?: { routingKeyFile: string };
  /** Told of every alert. */
  email?: { smarthost: string; from: string; to: string[]; username?: string; passwordFile?: string };
}

/** Everything that the files under monitoring/ are made from beside the rules themselves. */
export interface MonitoringSettings {
  /** What is watched, as titles call it. */
  name: string;
  /** Whether no deployment is configured, so that the reference Genesis is started beside Vigil. */
  isReference: boolean;
  /** From one cycle to the next, and how long one may take. */
  cycle: { intervalMs: number; timeoutMs: number };
  /** How long the evidence is kept. */
  retentionMs: number;
  /** Shares of the traffic in percent, in the order in which a release takes them. */
  trafficSteps: readonly number[];
  /** The limits in force. */
  table: ThresholdTable;
  /** Metric prefix, window of the live signals, and `timeScale`, which shortens every wait of a rehearsal. */
  naming: SignalNaming;
  /** Base URLs of what is scraped; `/metrics` is added. */
  targets: { orchestration: string; planner?: string; node?: string; probes: readonly Probe[] };
  /** How many probes must say the same for it to count across probes. */
  quorum: number;
  scrapeIntervalMs: number;
  evaluationIntervalMs: number;
  /** Base URLs of the stack itself. */
  alertmanager: string;
  prometheus: string;
  receivers: Receivers;
  /** Put before `docs/incident-response.md#…`; empty for a path inside the repository. */
  runbookBase: string;
}
