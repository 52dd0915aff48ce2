import { catalogue } from '../../health-tests/catalogue.ts';
import { cycleSignals } from '../../src/alerts/signals/cycle-signals.ts';
import type { History } from '../../src/history/history.ts';
import type { ScrapedSample } from '../../src/history/samples.ts';
import { ownSamples } from '../../src/monitor/loop/watch-metrics.ts';
import { addToTotals, cycleMetrics } from '../../src/monitor/metrics/cycle-metrics.ts';
import type { CheckOutcome } from '../../src/suite/outcomes/check-outcome.ts';
import { cycle } from '../history/cycle.ts';

export const minuteMs = 60_000;
export const lengthMin = 48 * 60;
/** In minutes since the start: 2 % errors, operations of 400 ms, a check that fails, a service that is down. */
export const episodes = {
  errors: [600, 630],
  slow: [1200, 1230],
  failing: [1800, 1860],
  down: [2400, 2405],
} as const;

const isIn = (name: keyof typeof episodes, min: number) =>
  min >= episodes[name][0] && min < episodes[name][1];

const bounds = ['0.05', '0.1', '0.2', '0.5', '1', '+Inf'];
const perMinute = 480;

class Counters {
  readonly #values = new Map<string, number>();
  add(key: string, more: number): number {
    const value = (this.#values.get(key) ?? 0) + more;
    this.#values.set(key, value);
    return value;
  }
}

/** What the target exposes after another minute. */
function targetSamples(counters: Counters, min: number): ScrapedSample[] {
  const job = 'genesis-orchestration';
  const sample = (name: string, more: number, labels: Record<string, string> = {}): ScrapedSample => ({
    series: { name, labels: { ...labels, job } },
    value: counters.add(`${name}${JSON.stringify(labels)}`, more),
  });
  const failed = isIn('errors', min) ? perMinute * 0.02 : 0;
  const durations = (name: string, seconds: number) => [
    ...bounds.map((le) =>
      sample(`${name}_bucket`, seconds <= Number(le.replace('+Inf', 'Infinity')) ? perMinute : 0, { le }),
    ),
    sample(`${name}_sum`, seconds * perMinute),
    sample(`${name}_count`, perMinute),
  ];
  const wave = 0.02 + 0.01 * Math.sin(min / 120);
  return [
    { series: { name: 'up', labels: { job } }, value: 1 },
    sample('genesis_operations_total', perMinute),
    sample('genesis_errors_total', failed, { category: 'internal' }),
    sample('genesis_errors_total', 3, { category: 'validation' }),
    ...durations('genesis_operation_duration_seconds', isIn('slow', min) ? 0.4 : wave * 2),
    ...['htdag_decomposition', 'halo_routing', 'aop_validation'].flatMap((part) =>
      durations(`genesis_${part}_duration_seconds`, wave),
    ),
  ];
}

function hostSamples(counters: Counters, min: number): ScrapedSample[] {
  const job = 'node';
  const gauge = (name: string, value: number, labels: Record<string, string> = {}): ScrapedSample => ({
    series: { name, labels: { ...labels, job } },
    value,
  });
  const disk = { mountpoint: '/', fstype: 'ext4' };
  return [
    gauge('up', 1),
    gauge('node_memory_MemAvailable_bytes', 6e9 + 1e9 * Math.sin(min / 300)),
    gauge('node_memory_MemTotal_bytes', 1e10),
    gauge('node_cpu_seconds_total', counters.add('idle', 45), { cpu: '0', mode: 'idle' }),
    gauge('node_filesystem_size_bytes', 1e12, disk),
    gauge('node_filesystem_free_bytes', 6e11 - min * 1e7, disk),
    gauge('node_filesystem_avail_bytes', 5.5e11 - min * 1e7, disk),
  ];
}

function outcomesAt(min: number): CheckOutcome[] {
  return catalogue.map((definition) => ({
    id: definition.id,
    title: definition.title,
    group: definition.group,
    definition,
    outcome: definition.id === 'H11' && isIn('failing', min) ? 'fail' : 'pass',
    executed: true,
    measurements: [],
    durationMs: 100 + (min % 7),
  }));
}

/** Records 48 hours as a loop does that samples every minute and runs a cycle every five. */
export function recordTwoDays(history: History, startMs: number): void {
  const counters = new Counters();
  let totals = { total: 0, passed: 0, failed: 0, skipped: 0 };
  let own: ScrapedSample[] = [];
  history.beginGrid({ startMs, intervalMs: 5 * minuteMs });
  history.transaction(() => {
    for (let min = 0; min <= lengthMin; min += 1) {
      const timeMs = startMs + min * minuteMs;
      if (min % 5 === 0) {
        const outcomes = outcomesAt(min);
        const signals = cycleSignals(outcomes);
        totals = addToTotals(totals, signals);
        const measured = { startedAt: new Date(timeMs - 8000), durationMs: 8000, outcomes, signals };
        own = ownSamples(cycleMetrics('genesis', measured, totals));
        history.recordCycle(cycle(timeMs, { id: `c${min}`, verdict: signals.failed > 0 ? 'fail' : 'pass' }));
      }
      history.recordSamples(timeMs, targetSamples(counters, min), 'genesis-orchestration');
      const planner = { series: 'up{job="genesis-planner"}', value: isIn('down', min) ? 0 : 1 };
      history.recordSamples(timeMs, [planner], 'genesis-planner');
      history.recordSamples(timeMs, hostSamples(counters, min), 'node');
      history.recordSamples(timeMs, own, 'genesis-tests');
    }
    const alert = { alert: 'HighErrorRate', labels: { alertname: 'HighErrorRate', severity: 'critical' } };
    const change = (min: number, from: string, to: string) =>
      history.recordTransition({ ...alert, from, to, timeMs: startMs + min * minuteMs });
    change(601, 'inactive', 'pending');
    change(603, 'pending', 'firing');
    change(636, 'firing', 'resolved');
  });
}
