import { describe, expect, test } from 'vitest';
import type { Measurement } from '../../../src/core/catalogue/measurement.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import type { OtherFailures } from '../../../src/release/gate/answer-kinds.ts';
import { checkHistories } from '../../../src/release/gate/check-histories.ts';
import { askedRoutes, isOfRoute } from '../../../src/release/gate/checked-answers.ts';
import { decide } from '../../../src/release/gate/decide.ts';
import type { CheckHistory, OpenAlert, RecordedEvidence } from '../../../src/release/gate/evidence.ts';
import { cycle } from '../../history/cycle.ts';
import { folder, opened } from '../../history/folder.ts';
import { askedMs, asking, deployedMs, greenEvidence, minute, setup, targetId } from './green.ts';

const { probes, services } = validateConfig(
  {
    services: { shop: { url: 'http://shop.example.com/eu/' }, next: { url: 'http://next.example.com' } },
    probes: [
      { type: 'http', id: 'search', service: 'next', url: '/search?q=kettle' },
      { type: 'http', id: 'order', service: 'shop', url: '/orders/17', method: 'DELETE' },
      { type: 'http', id: 'elsewhere', url: 'http://other.example.com/search' },
    ],
  },
  'vigil.config.ts',
);
const asked = askedRoutes({ probes, services });

test.for([
  ['search', 'GET /search', true],
  ['search', '/search', true],
  ['search', 'get /search', true],
  ['search', 'POST /search', false],
  ['search', 'GET /search/all', false],
  ['order', 'DELETE /orders/:id', true],
  ['order', 'DELETE /eu/orders/{id}', true],
  ['order', 'DELETE /orders/<int:id>', true],
  ['order', 'DELETE /orders', false],
] as const)('the check %s asks %s: %s', ([id, label, isAsked]) => {
  const route = asked.get(id);
  expect(route && isOfRoute(label, route)).toBe(isAsked);
});

/** What a check of four requests came to in a cycle: how many of them failed, and with what. */
function answered(
  failed: number,
  note = 'status 500, expected 200, count is nothing, expected 1',
): Measurement[] {
  return [
    {
      name: 'answers of http://next/search not as expected',
      value: failed,
      unit: 'count',
      bound: { operator: '<=', value: 0 },
      sample: 4,
      note: failed > 0 ? note : undefined,
    },
    { name: 'P95 latency', value: 0.02, unit: 'seconds', bound: { operator: '<', value: 0.3 }, sample: 4 },
  ];
}

/** The check's history after such cycles. */
function historyOf(cycles: readonly Measurement[][]): CheckHistory {
  const reader = opened(folder());
  for (const [slot, measurements] of cycles.entries()) {
    const outcome = measurements.some(({ value, bound }) =>
      bound?.operator === '<=' ? value > 0 : value > 0.3,
    )
      ? 'fail'
      : 'pass';
    const search = {
      id: 'search',
      title: 'search',
      group: 'probes',
      outcome,
      executed: true,
      measurements,
      reason: outcome === 'fail' ? 'answers not as expected' : undefined,
    } as const;
    reader.recordCycle(
      cycle(askedMs - (cycles.length - slot) * 5 * minute, { targetId, outcomes: [search] }),
    );
  }
  const window = { fromMs: deployedMs, toMs: askedMs };
  const [found] = checkHistories(reader, targetId, window, new Map(), 60 * minute);
  if (!found) throw new Error('no history of the check');
  return found;
}

test('the requests of an HTTP check are counted where nothing but a status was wrong', () => {
  const [good, bad] = [answered(0), answered(1)];
  expect(historyOf([good, bad, good]).answers).toEqual({ failed: 1, of: 12, statuses: ['500'] });
  const two = answered(2, 'status 500, expected 200; status 503, expected 200 (2 times)');
  expect(historyOf([two, good]).answers).toEqual({ failed: 2, of: 8, statuses: ['500', '503'] });
  expect(historyOf([answered(1, 'count is 0, expected 1'), good]).answers).toBeUndefined();
  expect(
    historyOf([answered(2, 'status 500, expected 200; connection refused'), good]).answers,
  ).toBeUndefined();
  expect(historyOf([answered(4, 'status 500, expected 200 and 2 more'), good]).answers).toBeUndefined();
  const slow = bad.map((one) => (one.name === 'P95 latency' ? { ...one, value: 2 } : one));
  expect(historyOf([slow, good]).answers).toBeUndefined();
});

/** One search in twenty failed of the release before, and does. */
const failures: OtherFailures = {
  route: 'GET /search',
  status: '500',
  before: { count: 5, of: 100 },
  meanwhile: { count: 6, of: 120 },
};

const check = {
  id: 'search',
  title: 'search',
  cycles: 6,
  failed: 1,
  judgedMs: deployedMs,
  passingMs: askedMs - minute,
};

const rejectedNothing = {
  service: 'shop',
  release: 'v2',
  against: 'other releases',
  now: { count: 0, of: 100, statuses: {} },
  other: { count: 0, of: 1000, statuses: {} },
  kinds: [],
  failures: [],
  failed: { now: { count: 0, of: 100 }, meanwhile: { count: 0, of: 100 }, before: { count: 0, of: 100 } },
} as const;

/** The decision where the check `search` failed in one of six cycles. */
function decided(
  answers: CheckHistory['answers'],
  others: Partial<OtherFailures>,
  more: Partial<CheckHistory> = {},
  recordedMore: Partial<RecordedEvidence> = {},
) {
  const green = greenEvidence();
  const [newest, recorded] = [green.recorded.newest, green.recorded];
  const rejected = { ...rejectedNothing, failures: [{ ...failures, ...others }] };
  const { conditions } = decide(
    {
      ...green,
      recorded: { ...recorded, newest, checks: [{ ...check, answers, ...more }], ...recordedMore },
      signals: { ...green.signals, rejected: [rejected] },
    },
    { ...setup, asked },
    asking,
  );
  return (wanted: string) => conditions.find(({ id }) => id === wanted);
}

const found = (...given: Parameters<typeof decided>) => decided(...given)('checks');

const one = { failed: 1, of: 24, statuses: ['500'] };

test('a check that meets the errors of the release before as its users do holds nothing, and both are told', () => {
  expect(found(one, {})).toMatchObject({ outcome: 'pass' });
  expect(found(one, {})?.detail).toContain(
    'search fails as before: 1 of 24 answered 500, and of the release before 11 of 220 of GET /search',
  );
});

const fires = (rule: string, subject?: string): OpenAlert => ({
  rule,
  subject,
  status: 'firing',
  severity: 'critical',
  sinceMs: askedMs - minute,
});

test.for<[string, OpenAlert, 'pass' | 'fail']>([
  ['the check itself', fires('HealthCheckFailed', 'search'), 'pass'],
  ['the pass rate, which is lower by it alone', fires('TestPassRateLow'), 'pass'],
  ['the rollback that the pass rate calls for', fires('RollbackRequired', 'pass_rate'), 'pass'],
  ['a rollback that something else calls for', fires('RollbackRequired', 'error_ratio'), 'fail'],
  ['another check', fires('HealthCheckFailed', 'order'), 'fail'],
  ['something else', fires('HighErrorRate'), 'fail'],
])('an alert of %s stands beside a check that fails as before', ([, alert, outcome]) => {
  const alerts = { evaluatedMs: askedMs, open: [alert] };
  expect(decided(one, {}, {}, { alerts })('alerts')?.outcome).toBe(outcome);
  // Where it fails by the release, each of them holds.
  expect(decided({ ...one, failed: 8 }, {}, {}, { alerts })('alerts')?.outcome).toBe('fail');
});

test('the pass rate leaves out what failed as before, and says so', () => {
  // 5 of 60 failed: 91.7 %; without the three of search 57 are left, of which 2 failed.
  const passRate = { ratio: 55 / 60, judged: 60 };
  expect(decided(one, {}, { failed: 3 }, { passRate })('passRate')).toMatchObject({
    outcome: 'pass',
    value: 55 / 57,
    detail: '57 outcomes of 9 cycles; not counted: 3 that failed as before',
  });
  expect(decided({ ...one, failed: 8 }, {}, { failed: 3 }, { passRate })('passRate')).toMatchObject({
    outcome: 'fail',
    value: 55 / 60,
  });
});

test.for<[string, CheckHistory['answers'], Partial<OtherFailures>, Partial<CheckHistory>?]>([
  ['more of them than the users of the release before met', { ...one, failed: 8 }, {}],
  ['another status', { ...one, statuses: ['503'] }, {}],
  ['another status too', { ...one, failed: 2, statuses: ['500', '503'] }, {}],
  ['another route', one, { route: 'GET /products' }],
  ['nothing of before the deployment', one, { before: { count: 0, of: 0 } }],
  // The release may have broken what both share.
  [
    'what others have met only since the deployment',
    { ...one, failed: 8 },
    { before: { count: 0, of: 100 }, meanwhile: { count: 40, of: 120 } },
  ],
  ['a single error of others', one, { before: { count: 1, of: 20 }, meanwhile: { count: 0, of: 20 } }],
  ['something else than a status', undefined, {}],
  ['the same as a check that asks nothing of users', one, {}, { id: 'elsewhere-2' }],
])('a check holds the release that meets %s', ([, answers, others, more]) => {
  expect(found(answers, others, more)?.outcome).toBe('fail');
});

test.for([
  ['as many before', { count: 40, of: 800 }, true],
  ['fewer before', { count: 20, of: 1000 }, false],
  ['so many before that all was well', { count: 4, of: 800 }, false],
  ['nobody knows how many before', { count: 0, of: 0 }, false],
] as const)(
  'errors past the objective hold the release, and are told as known where there were %s',
  ([, before, isKnown]) => {
    const green = greenEvidence();
    const { conditions, next } = decide(
      {
        ...green,
        signals: {
          ...green.signals,
          live: { ...green.signals.live, errorRatio: 0.051 },
          rejected: [
            {
              ...rejectedNothing,
              against: 'before',
              now: { count: 0, of: 1000, statuses: {} },
              failed: { now: { count: 51, of: 1000 }, meanwhile: { count: 0, of: 0 }, before },
            },
          ],
        },
      },
      setup,
      asking,
    );
    expect(conditions.find(({ id }) => id === 'errorRatio')?.outcome).toBe('fail');
    expect(next.includes('the release before failed alike: 40 of 800 operations')).toBe(isKnown);
  },
);

describe('errors of the release before that this one mends', () => {
  const mends = {
    now: { count: 1, of: 4000 },
    meanwhile: { count: 310, of: 12_000 },
    before: { count: 400, of: 16_000 },
  };
  const burn = (factor: number) => ({ factor, longMs: 6 * 60 * minute, shortMs: 30 * minute });
  const outcomesOf = (given: Partial<typeof mends>, ratio = 0.02, alert = fires('HighErrorRate')) => {
    const green = greenEvidence();
    const traffic = { ...green.signals.live, errorRatio: ratio, operations: 16_000 };
    const { conditions } = decide(
      {
        ...green,
        recorded: { ...green.recorded, alerts: { evaluatedMs: askedMs, open: [alert] } },
        signals: {
          ...green.signals,
          live: traffic,
          stage: traffic,
          burns: [{ rule: 'ErrorBudgetSlowBurn', ...burn(6), long: 20, short: 20 }],
          rejected: [{ ...rejectedNothing, failed: { ...mends, ...given } }],
        },
      },
      setup,
      asking,
    );
    const ids = ['errorRatio', 'errorBudget', 'ErrorBudgetSlowBurn', 'alerts'];
    return conditions.filter(({ id }) => ids.includes(id)).map(({ outcome, detail }) => [outcome, detail]);
  };
  const all = (outcome: string) => Array.from({ length: 4 }, () => [outcome, expect.any(String)]);

  test('hold it no longer, and are told', () => {
    const found = outcomesOf({});
    expect(found).toEqual(all('pass'));
    expect(found[0]?.[1]).toContain(
      'this release mends it: it failed 1 of 4,000 operations, the one before 310 of 12,000 since the deployment and 400 of 16,000 before it',
    );
  });

  test.for<[string, Partial<typeof mends>, number?]>([
    ['it fails past the limit itself', { now: { count: 40, of: 4000 } }],
    ['too few of its own answers are known', { now: { count: 0, of: 900 } }],
    ['others began to fail with it', { before: { count: 3, of: 16_000 } }],
    ['others fail more since it came', { meanwhile: { count: 900, of: 12_000 } }],
    ['nobody knows what was before', { before: { count: 0, of: 0 } }],
    ['the errors are not those that the answers show', {}, 0.05],
  ])('hold it where %s', ([, given, ratio]) => {
    expect(outcomesOf(given, ratio)).toEqual(all('fail'));
  });

  test('excuse no other alert', () => {
    expect(outcomesOf({}, 0.02, fires('HighLatencyP95'))[3]?.[0]).toBe('fail');
    expect(outcomesOf({}, 0.02, fires('RollbackRequired', 'error_ratio'))[3]?.[0]).toBe('fail');
  });
});
