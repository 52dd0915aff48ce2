import { jobs } from '../../../../alerts/index.ts';
import {
  type Bound,
  type SignalName,
  type ThresholdLevel,
  type ThresholdTable,
  thresholds,
} from '../../../../core/index.ts';
import { dashboardUid } from '../names.ts';
import type { MonitoringSettings } from '../settings.ts';
import { folders } from './images.ts';

/** Where the reference Genesis sends its spans, and Vigil receives them. */
export const tracesReceiver = 'http://127.0.0.1:4318';
/** Grafana in the stack. */
export const grafanaUrl = 'http://127.0.0.1:3000';

const levels: readonly ThresholdLevel[] = ['slo', 'warning', 'critical', 'rollback'];

/** The limits that differ from the table, as the configuration takes them. */
function changedLimits(settings: MonitoringSettings): Record<string, Record<string, Bound>> {
  const rows = (Object.keys(thresholds) as SignalName[]).map((signal) => {
    const standard = (thresholds as ThresholdTable)[signal];
    const changed = levels.flatMap((level) => {
      const bound = settings.table[signal][level];
      return bound && JSON.stringify(bound) !== JSON.stringify(standard[level]) ? [[level, bound]] : [];
    });
    return [signal, Object.fromEntries(changed)] as const;
  });
  return Object.fromEntries(rows.filter(([, changed]) => Object.keys(changed).length > 0));
}

const file = (name: string) => `${folders.genesis}/${name}`;
const smoke = (name: string) => `${folders.vigil}/fixtures/genesis/smoke/${name}.smoke.ts`;

/** What only the reference Genesis declares, whose files lie in a volume that both containers see. */
function referenceParts({ orchestration, planner }: MonitoringSettings['targets']) {
  return {
    traces: { receiver: tracesReceiver },
    logs: [file('orchestration.log'), file('planner.log')],
    release: { manifest: file('release/manifest.json') },
    flags: { key: 'phase_4_deployment' },
    breaker: true,
    smoke: {
      command: [
        'node',
        '--test',
        '--experimental-test-isolation=none',
        '--test-reporter=junit',
        ...['tasks', 'planning', 'errors', 'operations'].map(smoke),
      ],
      env: { GENESIS_ORCHESTRATION: orchestration, GENESIS_PLANNER: planner ?? '' },
      junit: '-',
      cwd: folders.vigil,
    },
  };
}

/** What a Vigil in the compose stack declares: the deployment, and the stack around it. */
function inStack(settings: MonitoringSettings) {
  const { targets, prometheus, alertmanager } = settings;
  // Not its own job: Prometheus can't have scraped it yet when the first cycle asks; TestSuiteNotRunning watches it.
  const watched = [
    jobs.orchestration,
    ...(targets.planner ? [jobs.planner] : []),
    ...(targets.node ? [jobs.node] : []),
  ];
  return {
    target: {
      ...bare(targets),
      ...(settings.isReference && referenceParts(targets)),
      ...(targets.node && { host: { nodeExporter: targets.node } }),
      prometheus: { url: prometheus, jobs: watched },
      alertmanager: { url: alertmanager },
      grafana: { url: grafanaUrl, dashboard: dashboardUid },
    },
    notifications: { channels: [{ type: 'alertmanager', url: alertmanager }, { type: 'console' }] },
  };
}

/** Alone, without a configured deployment, it brings the reference Genesis with it. */
function alone({ isReference, targets }: MonitoringSettings) {
  return {
    ...(!isReference && { target: bare(targets) }),
    notifications: { channels: [{ type: 'console' }] },
  };
}

const bare = ({ orchestration, planner }: MonitoringSettings['targets']) => ({
  orchestration,
  ...(planner && { planner }),
});

/** vigil.config.json of a Vigil in a container, in the compose stack or alone. */
export function vigilConfig(settings: MonitoringSettings, where: 'in the stack' | 'alone'): string {
  const { naming, cycle } = settings;
  const config = {
    name: settings.name,
    metricsPrefix: naming.prefix,
    interval: cycle.intervalMs,
    timeout: cycle.timeoutMs,
    sampleInterval: settings.evaluationIntervalMs,
    liveWindow: naming.windowMs,
    retention: settings.retentionMs,
    reports: folders.reports,
    ...(where === 'alone' ? alone(settings) : inStack(settings)),
    thresholds: changedLimits(settings),
    // A rehearsal in Prometheus is one in Vigil too.
    ...(naming.timeScale !== 1 && { monitoring: { timeScale: naming.timeScale } }),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
