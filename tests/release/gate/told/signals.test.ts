import { expect, test } from 'vitest';
import { hour, setup } from '../green.ts';
import { both, one, recorded, scraped, tells, told, traffic, two } from './told.ts';

/** What is said and advised where nothing was scraped. */
const unscraped = ['no live traffic', 'deployment scraped?', '/metrics'];
const wait = 'wait for more traffic, or send';

tells('passRate', [
  [
    'nothing was judged',
    recorded({ passRate: undefined }),
    'unknown (; ≥ 95 %) @ 5 min',
    ['no check was judged', '→ nothing'],
  ],
  [
    'nothing was judged, no schedule',
    recorded({ passRate: undefined, intervalMs: undefined }),
    'unknown (; ≥ 95 %)',
    ['no check was judged', '→ nothing'],
  ],
  [
    'a figure without cycles',
    recorded({ cycles: { pass: 0, fail: 0, inconclusive: 0, foreign: 0 } }),
    'unknown (; ≥ 95 %) @ 5 min',
    ['no check was judged', '→ nothing'],
  ],
  [
    'a little over one in twenty failed',
    recorded({
      cycles: { pass: 40, fail: 30, inconclusive: 20, foreign: 0 },
      passRate: { ratio: 0.949, judged: 2880 },
    }),
    'fail (94.9 %; ≥ 95 %) @ 9 min',
    ['2,880', '90 cycles', 'vigil alerts'],
  ],
  [
    'one in ten failed, no schedule',
    recorded({ passRate: { ratio: 0.9, judged: 288 }, intervalMs: undefined }),
    'fail (90 %; ≥ 95 %) @ 45 min',
    ['288', '9 cycles', 'vigil alerts'],
  ],
]);

tells('errorRatio', [
  ['no traffic', traffic({ operations: undefined }), 'unknown (; < 0.1 %) @ 5 min', unscraped],
  ['no errors counted', traffic({ errorRatio: undefined }), 'unknown (; < 0.1 %) @ 5 min', unscraped],
  [
    'no traffic, no schedule',
    both(traffic({ operations: undefined }), recorded({ intervalMs: undefined })),
    'unknown (; < 0.1 %)',
    unscraped,
  ],
  [
    'little traffic',
    traffic({ operations: 50 }, { operations: 90, errorRatio: 0, latencyP95: 0.1 }),
    'unknown (0 %; < 0.1 %) @ 455 min',
    ['90 operations in 45m', '90 of the 1000', wait],
  ],
  [
    'none at all',
    traffic({ operations: 0 }, { operations: 0 }),
    'unknown (0 %; < 0.1 %)',
    ['0 operations in 5m', '0 of the 1000', wait],
  ],
  [
    'no more earlier',
    traffic({ operations: 50, errorRatio: 0 }, { operations: 50, errorRatio: 0 }),
    'unknown (0 %; < 0.1 %) @ 95 min',
    ['50 operations in 5m', '50 of the 1000', wait],
  ],
  [
    'nobody knows earlier',
    traffic({ operations: 50, errorRatio: 0 }, { operations: undefined }),
    'unknown (0 %; < 0.1 %) @ 95 min',
    ['50 operations in 5m', '50 of the 1000', wait],
  ],
  [
    'just enough',
    traffic({ operations: 1000, errorRatio: 0 }),
    'pass (0 %; < 0.1 %)',
    ['1,000 operations in 5m'],
  ],
  [
    'errors',
    traffic({ errorRatio: 0.01 }),
    'fail (1 %; < 0.1 %) @ 5 min',
    ['2,400 operations in 5m', 'category', 'hold the rollout'],
  ],
  [
    'few, many errors',
    traffic({ operations: 200, errorRatio: 0.05 }, { operations: 200 }),
    'fail (5 %; < 0.1 %) @ 5 min',
    ['200 operations in 5m', 'category', 'hold the rollout'],
  ],
]);

tells('latencyP95', [
  [
    'too many of Vigil’s own requests',
    traffic({ latencyP95: undefined, ownShare: 0.13 }, { latencyP95: undefined, ownShare: 0.13 }),
    'unknown (; < 200 ms) @ 5 min',
    ['13 %', 'at most 10 %', 'traffic.own'],
  ],
  ['no traffic', traffic({ operations: undefined }), 'unknown (; < 200 ms) @ 5 min', unscraped],
  ['no durations', traffic({ latencyP95: undefined }), 'unknown (; < 200 ms) @ 5 min', unscraped],
  [
    'little traffic',
    traffic({ operations: 50 }, { operations: 90, errorRatio: 0, latencyP95: 0.1 }),
    'unknown (100 ms; < 200 ms) @ 5 min',
    ['90 operations in 45m', '90 of the 100', 'P95', wait],
  ],
  [
    'none at all',
    traffic({ operations: 0 }, { operations: 0 }),
    'unknown (45 ms; < 200 ms)',
    ['0 operations in 5m', '0 of the 100', 'P95', wait],
  ],
  [
    'just enough',
    traffic({ operations: 100 }, { operations: 200 }),
    'pass (45 ms; < 200 ms)',
    ['100 operations in 5m'],
  ],
  [
    'slow',
    traffic({ latencyP95: 0.3 }),
    'fail (300 ms; < 200 ms) @ 5 min',
    ['2,400 operations in 5m', 'operations are slow', 'hold the rollout'],
  ],
  [
    'past the last bucket',
    traffic({ latencyP95: 0.15, beyondBuckets: true }),
    'unknown (150 ms; < 200 ms) @ 0 min',
    ['2,400 operations in 5m', 'P95', '150 ms', wait],
  ],
]);

tells('uptime', [
  [
    'one never scraped',
    scraped([two, 0, 0]),
    'unknown (; ≥ 99.9 %) @ 5 min',
    [
      'too few:',
      '0 of 0',
      'genesis-orchestration',
      '0 of 180',
      'genesis-planner',
      'deployment scraped?',
      '/metrics',
    ],
  ],
  [
    'few scrapes',
    scraped([one, 180, 180], [two, 90, 90]),
    'unknown (; ≥ 99.9 %) @ 5 min',
    ['too few: 90 of 180', 'genesis-planner', 'deployment scraped?', '/metrics'],
  ],
  [
    'few scrapes of both',
    scraped([one, 2, 2], [two, 90, 90]),
    'unknown (; ≥ 99.9 %) @ 5 min',
    [
      'too few:',
      '2 of 180',
      'genesis-orchestration',
      '90 of 180',
      'genesis-planner',
      'deployment scraped?',
      '/metrics',
    ],
  ],
  [
    'just enough scrapes',
    scraped([one, 180, 180], [two, 171, 171]),
    'pass (100 %; ≥ 99.9 %)',
    ['genesis-orchestration', '180 of 180'],
  ],
  [
    'no answers',
    scraped([one, 180, 180], [two, 0, 180]),
    'fail (0 %; ≥ 99.9 %) @ 45 min',
    ['genesis-planner', '0 of 180', 'was down', 'hold the rollout'],
  ],
  [
    'the worst is shown',
    scraped([one, 100, 180], [two, 170, 180]),
    'fail (55.6 %; ≥ 99.9 %) @ 45 min',
    ['genesis-orchestration', '100 of 180', 'was down', 'hold the rollout'],
  ],
  [
    'the worst is shown',
    scraped([one, 170, 180], [two, 169, 171]),
    'fail (94.4 %; ≥ 99.9 %) @ 45 min',
    ['genesis-orchestration', '170 of 180', 'was down', 'hold the rollout'],
  ],
  [
    'a service that nobody asks for',
    scraped([one, 180, 180], [two, 180, 180], ['other', 0, 180]),
    'pass (100 %; ≥ 99.9 %)',
    ['genesis-orchestration', '180 of 180'],
  ],
  [
    'two scrapes of two that were due',
    (evidence) => {
      const seen = { up: 2, scrapes: 2, due: 2 };
      evidence.signals.uptime = [one, two].map((service) => ({ service, ...seen }));
    },
    'unknown (; ≥ 99.9 %) @ 5 min',
    [
      'too few:',
      '2 of 2',
      'genesis-orchestration',
      '2 of 2',
      'genesis-planner',
      'deployment scraped?',
      '/metrics',
    ],
  ],
  [
    'exactly the least, and all that was due',
    (evidence) => {
      const seen = { up: 3, scrapes: 3, due: 3 };
      evidence.signals.uptime = [one, two].map((service) => ({ service, ...seen }));
    },
    'pass (100 %; ≥ 99.9 %)',
    ['genesis-orchestration', '3 of 3'],
  ],
  [
    'twelve scrapes of two days without an answer',
    (evidence) => {
      evidence.window.fromMs = evidence.atMs - 48 * hour;
      const seen = { up: 11_508, scrapes: 11_520, due: 11_520 };
      evidence.signals.uptime = [one, two].map((service) => ({ service, ...seen }));
    },
    'fail (99.8958333 %; ≥ 99.9 %) @ 120 min',
    ['genesis-orchestration', '11,508 of 11,520', 'was down', 'hold the rollout'],
  ],
]);

test('uptime: no service to watch is no uptime', () => {
  const rules = { ...setup, services: [] };
  const said = told(() => {}, 'uptime', 50, rules);
  expect(said.judged).toBe('not configured');
  expect(said.text).toContain('no service');
});

test.for(['errorRatio', 'latencyP95', 'errorBudget', 'ErrorBudgetFastBurn', 'ErrorBudgetSlowBurn'])(
  '%s: without metrics of traffic it is not configured, whatever was measured',
  (id) => {
    const rules = { ...setup, naming: { ...setup.naming, slis: [] } };
    expect(told(() => {}, id, 50, rules).judged).toBe('not configured');
  },
);
