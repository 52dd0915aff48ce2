import { expect, test } from 'vitest';
import { hour, setup } from '../green.ts';
import { both, type Change, one, recorded, scraped, told, traffic, two } from './told.ts';

test.each<[id: string, what: string, change: Change, said: string, to?: number]>([
  [
    'passRate',
    'nothing was judged',
    recorded({ passRate: undefined }),
    'unknown (; ≥ 95 %): no check was judged @ 5 min',
  ],
  [
    'passRate',
    'nothing was judged, no schedule',
    recorded({ passRate: undefined, intervalMs: undefined }),
    'unknown (; ≥ 95 %): no check was judged',
  ],
  [
    'passRate',
    'a figure without cycles',
    recorded({ cycles: { pass: 0, fail: 0, inconclusive: 0, foreign: 0 } }),
    'unknown (; ≥ 95 %): no check was judged @ 5 min',
  ],
  [
    'passRate',
    'a little over one in twenty failed',
    recorded({
      cycles: { pass: 40, fail: 30, inconclusive: 20, foreign: 0 },
      passRate: { ratio: 0.949, judged: 2880 },
    }),
    'fail (94.9 %; ≥ 95 %): 2,880 outcomes of 90 cycles → read the failing checks: vigil monitor shows them @ 9 min',
  ],
  [
    'passRate',
    'one in ten failed, no schedule',
    recorded({ passRate: { ratio: 0.9, judged: 288 }, intervalMs: undefined }),
    'fail (90 %; ≥ 95 %): 288 outcomes of 9 cycles → read the failing checks: vigil monitor shows them @ 45 min',
  ],
  [
    'errorRatio',
    'no traffic',
    traffic({ operations: undefined }),
    'unknown (; < 0.1 %): no live traffic was seen → is the deployment scraped? read /metrics and the watch’s warnings @ 5 min',
  ],
  [
    'latencyP95',
    'no traffic',
    traffic({ operations: undefined }),
    'unknown (; < 200 ms): no live traffic was seen → is the deployment scraped? read /metrics and the watch’s warnings @ 5 min',
  ],
  [
    'errorRatio',
    'no errors counted',
    traffic({ errorRatio: undefined }),
    'unknown (; < 0.1 %): no live traffic was seen → is the deployment scraped? read /metrics and the watch’s warnings @ 5 min',
  ],
  [
    'latencyP95',
    'no durations',
    traffic({ latencyP95: undefined }),
    'unknown (; < 200 ms): no live traffic was seen → is the deployment scraped? read /metrics and the watch’s warnings @ 5 min',
  ],
  [
    'errorRatio',
    'no traffic, no schedule',
    both(traffic({ operations: undefined }), recorded({ intervalMs: undefined })),
    'unknown (; < 0.1 %): no live traffic was seen → is the deployment scraped? read /metrics and the watch’s warnings',
  ],
  [
    'errorRatio',
    'little traffic',
    traffic({ operations: 50 }, { operations: 90, errorRatio: 0, latencyP95: 0.1 }),
    'unknown (0 %; < 0.1 %): 90 operations in 45m: 90 of the 1000 operations that a judgement needs → wait for more traffic, or send some @ 455 min',
  ],
  [
    'latencyP95',
    'little traffic',
    traffic({ operations: 50 }, { operations: 90, errorRatio: 0, latencyP95: 0.1 }),
    'unknown (100 ms; < 200 ms): 90 operations in 45m: 90 of the 100 operations that a P95 needs → wait for more traffic, or send some @ 5 min',
  ],
  [
    'errorRatio',
    'none at all',
    traffic({ operations: 0 }, { operations: 0 }),
    'unknown (0 %; < 0.1 %): 0 operations in 5m: 0 of the 1000 operations that a judgement needs → wait for more traffic, or send some',
  ],
  [
    'latencyP95',
    'none at all',
    traffic({ operations: 0 }, { operations: 0 }),
    'unknown (45 ms; < 200 ms): 0 operations in 5m: 0 of the 100 operations that a P95 needs → wait for more traffic, or send some',
  ],
  [
    'errorRatio',
    'no more earlier',
    traffic({ operations: 50, errorRatio: 0 }, { operations: 50, errorRatio: 0 }),
    'unknown (0 %; < 0.1 %): 50 operations in 5m: 50 of the 1000 operations that a judgement needs → wait for more traffic, or send some @ 95 min',
  ],
  [
    'errorRatio',
    'nobody knows earlier',
    traffic({ operations: 50, errorRatio: 0 }, { operations: undefined }),
    'unknown (0 %; < 0.1 %): 50 operations in 5m: 50 of the 1000 operations that a judgement needs → wait for more traffic, or send some @ 95 min',
  ],
  [
    'errorRatio',
    'just enough',
    traffic({ operations: 1000, errorRatio: 0 }),
    'pass (0 %; < 0.1 %): 1,000 operations in 5m',
  ],
  [
    'latencyP95',
    'just enough',
    traffic({ operations: 100 }, { operations: 200 }),
    'pass (45 ms; < 200 ms): 100 operations in 5m',
  ],
  [
    'errorRatio',
    'errors',
    traffic({ errorRatio: 0.01 }),
    'fail (1 %; < 0.1 %): 2,400 operations in 5m → group errors by category in /metrics, hold the rollout @ 5 min',
  ],
  [
    'errorRatio',
    'few, many errors',
    traffic({ operations: 200, errorRatio: 0.05 }, { operations: 200 }),
    'fail (5 %; < 0.1 %): 200 operations in 5m → group errors by category in /metrics, hold the rollout @ 5 min',
  ],
  [
    'latencyP95',
    'slow',
    traffic({ latencyP95: 0.3 }),
    'fail (300 ms; < 200 ms): 2,400 operations in 5m → compare the HTDAG, HALO and AOP means, hold the rollout @ 5 min',
  ],
  [
    'latencyP95',
    'past the last bucket',
    traffic({ latencyP95: 0.15, beyondBuckets: true }),
    'unknown (150 ms; < 200 ms): 2,400 operations in 5m: the P95 is over 150 ms, the last bound of the histogram → wait for more traffic, or send some @ 0 min',
  ],
  [
    'uptime',
    'one never scraped',
    scraped([two, 0, 0]),
    'unknown (; ≥ 99.9 %): too few: 0 of 0 scrapes of genesis-orchestration, 0 of 180 scrapes of genesis-planner → is the deployment scraped? read /metrics and the watch’s warnings @ 5 min',
  ],
  [
    'uptime',
    'few scrapes',
    scraped([one, 180, 180], [two, 90, 90]),
    'unknown (; ≥ 99.9 %): too few: 90 of 180 scrapes of genesis-planner → is the deployment scraped? read /metrics and the watch’s warnings @ 5 min',
  ],
  [
    'uptime',
    'few scrapes of both',
    scraped([one, 2, 2], [two, 90, 90]),
    'unknown (; ≥ 99.9 %): too few: 2 of 180 scrapes of genesis-orchestration, 90 of 180 scrapes of genesis-planner → is the deployment scraped? read /metrics and the watch’s warnings @ 5 min',
  ],
  [
    'uptime',
    'just enough scrapes',
    scraped([one, 180, 180], [two, 171, 171]),
    'pass (100 %; ≥ 99.9 %): genesis-orchestration answered 180 of 180 scrapes',
  ],
  [
    'uptime',
    'no answers',
    scraped([one, 180, 180], [two, 0, 180]),
    'fail (0 %; ≥ 99.9 %): genesis-planner answered 0 of 180 scrapes → find out why it did not answer, hold the rollout @ 45 min',
  ],
  [
    'uptime',
    'the worst is shown',
    scraped([one, 100, 180], [two, 170, 180]),
    'fail (55.6 %; ≥ 99.9 %): genesis-orchestration answered 100 of 180 scrapes → find out why it did not answer, hold the rollout @ 45 min',
  ],
  [
    'uptime',
    'the worst is shown',
    scraped([one, 170, 180], [two, 169, 171]),
    'fail (94.4 %; ≥ 99.9 %): genesis-orchestration answered 170 of 180 scrapes → find out why it did not answer, hold the rollout @ 45 min',
  ],
  [
    'uptime',
    'a service that nobody asks for',
    scraped([one, 180, 180], [two, 180, 180], ['other', 0, 180]),
    'pass (100 %; ≥ 99.9 %): genesis-orchestration answered 180 of 180 scrapes',
  ],
  [
    'errorBudget',
    'no traffic for the budget',
    traffic({}, { operations: undefined }),
    'unknown (; ≥ 10 %): no live traffic was seen @ 5 min',
  ],
  [
    'errorBudget',
    'no errors for the budget',
    traffic({}, { errorRatio: undefined }),
    'unknown (; ≥ 10 %): no live traffic was seen @ 5 min',
  ],
  [
    'errorBudget',
    'no traffic for the budget, no schedule',
    both(traffic({}, { operations: undefined }), recorded({ intervalMs: undefined })),
    'unknown (; ≥ 10 %): no live traffic was seen',
  ],
  [
    'errorBudget',
    'the budget is spent',
    traffic({}, { errorRatio: 0.00095 }),
    'fail (5 %; ≥ 10 %): 21 errors of 21,600 operations in 45m → group errors by category in /metrics, hold the rollout @ 2.5 min',
  ],
  [
    'ErrorBudgetFastBurn',
    'burn unknown',
    (e) => {
      e.signals.burns = e.signals.burns.map((burn) => ({ ...burn, short: undefined }));
    },
    'unknown (; ≤ 14.4): no live traffic was seen over 1h and 5m',
  ],
  [
    'ErrorBudgetSlowBurn',
    'burn unknown',
    (e) => {
      e.signals.burns = e.signals.burns.map((burn) => ({ ...burn, long: undefined }));
    },
    'unknown (; ≤ 6): no live traffic was seen over 6h and 30m',
  ],
  [
    'ErrorBudgetFastBurn',
    'a burn',
    (e) => {
      Object.assign(e.signals.burns[0] as object, { long: 20, short: 15 });
    },
    'fail (15; ≤ 14.4): 20.0 and 15.0 times the allowed errors over 1h and 5m → group errors by category in /metrics, hold the rollout @ 5 min',
  ],
  [
    'ErrorBudgetFastBurn',
    'a burn over one window',
    (e) => {
      Object.assign(e.signals.burns[0] as object, { long: 20, short: 14.4 });
    },
    'pass (14.4; ≤ 14.4): 20.0 and 14.4 times the allowed errors over 1h and 5m',
  ],
  [
    'uptime',
    'two scrapes of two that were due',
    (evidence) => {
      const seen = { up: 2, scrapes: 2, due: 2 };
      evidence.signals.uptime = [one, two].map((service) => ({ service, ...seen }));
    },
    'unknown (; ≥ 99.9 %): too few: 2 of 2 scrapes of genesis-orchestration, 2 of 2 scrapes of genesis-planner → is the deployment scraped? read /metrics and the watch’s warnings @ 5 min',
  ],
  [
    'uptime',
    'exactly the least, and all that was due',
    (evidence) => {
      const seen = { up: 3, scrapes: 3, due: 3 };
      evidence.signals.uptime = [one, two].map((service) => ({ service, ...seen }));
    },
    'pass (100 %; ≥ 99.9 %): genesis-orchestration answered 3 of 3 scrapes',
  ],
  [
    'uptime',
    'twelve scrapes of two days without an answer',
    (evidence) => {
      evidence.window.fromMs = evidence.atMs - 48 * hour;
      const seen = { up: 11_508, scrapes: 11_520, due: 11_520 };
      evidence.signals.uptime = [one, two].map((service) => ({ service, ...seen }));
    },
    'fail (99.8958333 %; ≥ 99.9 %): genesis-orchestration answered 11,508 of 11,520 scrapes → find out why it did not answer, hold the rollout @ 120 min',
  ],
])('%s: %s', (id, _, change, said, to) => {
  expect(told(change, id, to)).toBe(said);
});

test('uptime: no service to watch is no uptime', () => {
  const rules = { ...setup, services: [] };
  expect(told(() => {}, 'uptime', 50, rules)).toBe(
    'unknown (; ≥ 99.9 %): no service is watched → is the deployment scraped? read /metrics and the watch’s warnings @ 5 min',
  );
});
