import { jobs } from '../../../../alerts/index.ts';
import {
  type Bound,
  keysOf,
  type SignalThresholds,
  type ThresholdLevel,
  thresholds,
} from '../../../../core/index.ts';

import type { MonitoringSettings } from '../settings.ts';
import { dashboardUid, folders } from './images.ts';

/** Where the reference Genesis sends its spans, and Vigil receives them. */
export const tracesReceiver = 'http://127.0.0.1:4318';
/** Grafana in the stack. */
export const grafanaUrl = 'http://127.0.0.1:3000';

const levels: readonly ThresholdLevel[] = ['slo', 'warning', 'critical', 'rollback'];

/** The limits that differ from the table, as the configuration takes them. */
function changedLimits({ table }: MonitoringSettings): Record<string, Record<string, Bound>> {
  const changed: Record<string, Record<string, Bound>> = {};
  for (const signal of keysOf(thresholds)) {
    const standard: SignalThresholds = thresholds[signal];
    for (const level of levels) {
      const bound = table[signal][level];
      if (!bound || JSON.stringify(bound) === JSON.stringify(standard[level])) continue;
      changed[signal] = { ...changed[signal], [level]: bound };
    }
  }
  return changed;
}

const file = (name: string) => `${folders.genesis}/${name}`;
const smoke = (name: string) => `${folders.program}/fixtures/genesis/smoke/${name}.smoke.js`;

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

/** vigil.config.json of a Vigil in a container, in the compose stack or alone. */
export function vigilConfig(settings: MonitoringSettings, where: 'in the stack' | 'alone'): string {
  const { targets, isReference, watched: own, naming, cycle, alertmanager } = settings;
  const { orchestration, planner, node } = targets;
  // Not its own job: Prometheus can't have scraped it yet when the first cycle asks; TestSuiteNotRunning watches it.
  const watched = [...new Set(targets.services.map(({ job }) => job)), node && jobs.node];
  const around = {
    ...(isReference && referenceParts(targets)),
    host: node ? { nodeExporter: node } : undefined,
    prometheus: { url: settings.prometheus, jobs: watched.filter((job) => job !== undefined) },
    alertmanager: { url: alertmanager },
    grafana: { url: grafanaUrl, dashboard: dashboardUid(naming) },
  };
  const isAlone = where === 'alone';
  const channels = [...(isAlone ? [] : [{ type: 'alertmanager', url: alertmanager }]), { type: 'console' }];
  // Alone, without a configured deployment, it says what is missing: a watch of the embedded one would be green for nothing.
  const hasNoTarget = isAlone && isReference;
  const watchedHere = hasNoTarget
    ? { target: { url: 'SET THIS: the address of what is watched, such as http://shop.prod.svc:8080' } }
    : (own ?? { target: { orchestration, planner, ...(!isAlone && around) } });
  const config = {
    name: settings.name,
    metricsPrefix: naming.prefix,
    interval: cycle.intervalMs,
    timeout: cycle.timeoutMs,
    sampleInterval: settings.evaluationIntervalMs,
    liveWindow: naming.windowMs,
    retention: settings.retentionMs,
    reports: folders.reports,
    ...watchedHere,
    server: isAlone ? { token: 'env:GATE_TOKEN' } : undefined,
    notifications: { channels },
    thresholds: changedLimits(settings),
    // A rehearsal in Prometheus is one in Vigil too.
    monitoring: naming.timeScale === 1 ? undefined : { timeScale: naming.timeScale },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
