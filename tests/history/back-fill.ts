import type { History } from '../../src/history/history.ts';
import { bounds } from '../views/page/support/traffic.ts';
import { cycle, outcomes } from './cycle.ts';

/** Deterministic noise between 0 and 1. */
const noise = (index: number): number => (Math.imul(index + 1, 2654435761) >>> 0) / 2 ** 32;

/** Fills a history with cycles as a busy target leaves them: every figure its own, each hundredth cycle with failures. */
export function backFill(history: History, cycles: number, startMs: number, intervalMs: number): void {
  history.beginGrid({ startMs, intervalMs });
  for (let begun = 0; begun < cycles; begun += 500) {
    history.transaction(() => {
      for (let index = begun; index < Math.min(begun + 500, cycles); index += 1) {
        const timeMs = startMs + index * intervalMs;
        const failing = index % 100 === 7 ? [index % 32, (index + 11) % 32] : [];
        const operations = index * 1000;
        const signals = [
          'errorRatio',
          'latencyP95',
          'throughput',
          'passRate',
          'coverage',
          'cpuUsed',
          'memoryUsed',
        ];
        const means = ['diskUsed', 'htdagMean', 'haloMean', 'aopMean', 'uptime'];
        history.recordCycle(
          cycle(timeMs, {
            id: `${(noise(index) * 2 ** 52).toString(16).padStart(16, '0')}${index.toString(16).padStart(16, '0')}`,
            verdict: failing.length > 0 ? 'fail' : 'pass',
            durationMs: 7000 + noise(index) * 3000,
            outcomes: outcomes(failing, noise(index)),
            signals: Object.fromEntries(
              [...signals, ...means].map((name, at) => [name, noise(index * 31 + at)]),
            ),
            live: {
              timeMs,
              startedMs: startMs,
              operations,
              errors: index,
              buckets: bounds.map((le, at) => ({
                le,
                count: Math.floor((operations * (at + 1)) / bounds.length),
              })),
              residentMemoryBytes: 1e8 + index,
            },
            violations: failing.map((check) => ({
              check,
              alertname: 'HealthCheckFailed',
              value: noise(check),
            })),
          }),
        );
      }
    });
  }
}

/** What a verdict asks of the evidence over a range. */
export function askVerdict(history: History, fromMs: number, toMs: number): void {
  history.passRate(fromMs, toMs, 'http://target');
  history.coverage(fromMs, toMs);
  for (const signal of ['errorRatio', 'latencyP95']) history.points(signal, fromMs, toMs, 'http://target');
  history.latestCycle('http://target');
  history.transitions(fromMs, toMs);
}
