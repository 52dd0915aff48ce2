import { describe, expect, test } from 'vitest';
import type { Decided } from '../../../src/views/report/decided.ts';
import type { Objective } from '../../../src/views/report/objectives.ts';
import { proofOf } from '../../../src/views/report/proof.ts';
import type { QueriedValue } from '../../../src/views/report/queries.ts';
import { conclude, type Weighed } from '../../../src/views/report/verdict.ts';
import type { Watched } from '../../../src/views/report/watched.ts';

const hour = 3_600_000;

const figure = (value: number | null): QueriedValue => ({
  id: 'Q1',
  title: 'figure',
  unit: 'count',
  value,
  query: { language: 'sql', text: 'SELECT 1' },
});

const objective = (more: Partial<Objective> = {}): Objective => ({
  signal: 'errorRatio',
  breaches: { count: 0, totalMs: 0 },
  title: 'error ratio',
  target: '< 0.1 %',
  decides: true,
  achieved: figure(0),
  told: '0 %',
  remark: 'none',
  state: 'met',
  budgetLeft: 1,
  proves: 'it',
  queries: ['Q1'],
  proof: proofOf(0, 10_000, 0.001) ?? null,
  ...more,
});

const watched = (more: Partial<Watched> = {}): Watched => ({
  ratio: figure(1),
  due: figure(576),
  observed: figure(576),
  missed: figure(0),
  planned: figure(1),
  largestGapMs: 0,
  gaps: [],
  cycles: figure(576),
  otherCycles: figure(0),
  lastCycleMs: figure(1),
  ...more,
});

const weighed = (more: Partial<Weighed> = {}): Weighed => ({
  objectives: [objective()],
  comparison: null,
  watched: watched(),
  alerts: { episodes: [] },
  incidents: [],
  lastVerdict: 'pass',
  decisions: { decided: [], rollbacks: [] },
  release: { release: 'v2', sinceMs: 0 },
  alertPath: { judgedMs: figure(48 * hour), sentinel: 'received' },
  consistency: { doubtful: figure(0), future: figure(0), vanished: [] },
  fromMs: 0,
  toMs: 48 * hour,
  leastCoverage: 0.95,
  ...more,
});

const episode = {
  alert: 'HighErrorRate',
  labels: {},
  severity: 'critical',
  priority: 'P1',
  pendingMs: 1,
  firedMs: 2,
  resolvedMs: null,
  durationMs: 3,
  value: null,
  acknowledgedBy: null,
};

test('48 hours without a fault pass', () => {
  expect(conclude(weighed())).toMatchObject({ verdict: 'pass', failures: [], doubts: [], cautions: [] });
});

describe('nothing unknown or thin is good', () => {
  test.each<[string, Partial<Weighed>, RegExp]>([
    ['no cycle', { watched: watched({ cycles: figure(0) }), lastVerdict: undefined }, /holds no cycle/],
    ['no schedule', { watched: watched({ ratio: figure(null) }) }, /no slot came due/],
    [
      'gaps',
      { watched: watched({ ratio: figure(0.94), observed: figure(541), largestGapMs: 2 * hour }) },
      /only 541 of 576 due slots were observed, the longest gap 2h/,
    ],
    ['a part of the time', { watched: watched({ planned: figure(0.5) }) }, /only 24h of the 48h asked for/],
    ['a young release', { release: { release: 'v3', sinceMs: 40 * hour } }, /in production for only 8h/],
    ['cycles of others', { watched: watched({ otherCycles: figure(60) }) }, /60 cycles .* other targets/],
    [
      'an unknown objective',
      { objectives: [objective({ state: 'unknown', remark: 'no counters' })] },
      /error ratio is unknown: no counters/,
    ],
    [
      'a sample that is too small',
      { objectives: [objective({ proof: proofOf(0, 100, 0.001) ?? null, proves: 'too little' })] },
      /error ratio is met, but proves too little/,
    ],
    [
      'rules that nobody judged',
      { alertPath: { judgedMs: figure(null), sentinel: 'received' } },
      /rules were never judged/,
    ],
    [
      'rules that were judged no more',
      {
        alertPath: { judgedMs: figure(1000), sentinel: 'received' },
        watched: watched({ lastCycleMs: figure(2000) }),
      },
      /not judged up to the last cycle/,
    ],
    [
      'a sentinel that did not arrive',
      { alertPath: { judgedMs: figure(48 * hour), sentinel: 'missing' } },
      /last sentinel did not arrive/,
    ],
    [
      'a sentinel of long ago',
      { alertPath: { judgedMs: figure(48 * hour), sentinel: 'old' } },
      /no sentinel has arrived for long/,
    ],
    [
      'green cycles in doubt',
      { consistency: { doubtful: figure(29), future: figure(0), vanished: [] } },
      /29 of 576 cycles can’t be trusted/,
    ],
    [
      'a clock that was wrong',
      { consistency: { doubtful: figure(0), future: figure(1), vanished: [] } },
      /dated after/,
    ],
    [
      'a failing check that was taken out',
      { consistency: { doubtful: figure(0), future: figure(0), vanished: ['H04'] } },
      /not judged any more: H04/,
    ],
    ['an inconclusive last cycle', { lastVerdict: 'inconclusive' }, /last cycle was inconclusive/],
  ])('%s is inconclusive and says why', (_, more, why) => {
    const { verdict, headline, doubts, recommendation } = conclude(weighed(more));
    expect(verdict).toBe('inconclusive');
    expect(doubts.join('\n')).toMatch(why);
    expect(headline).toContain(doubts[0]);
    expect(recommendation).toMatch(/^Do not scale up/);
  });
});

describe('what fails fails, whatever else is unknown', () => {
  const unknown = objective({ title: 'uptime', state: 'unknown' });
  test.each<[string, Partial<Weighed>, RegExp]>([
    [
      'a missed objective',
      { objectives: [unknown, objective({ state: 'missed', told: '2 %' })] },
      /error ratio missed its objective: 2 %, must be < 0.1 %/,
    ],
    ['a critical alert at the end', { alerts: { episodes: [episode] } }, /HighErrorRate still fires/],
    [
      'a call for a rollback that is over',
      {
        alerts: {
          episodes: [
            { ...episode, alert: 'RollbackRequired', labels: { trigger: 'pass_rate' }, resolvedMs: 9 },
          ],
        },
      },
      /pass rate called for a rollback \(RollbackRequired\)/,
    ],
    ['a failed last cycle', { objectives: [unknown], lastVerdict: 'fail' }, /last cycle failed/],
    [
      'a rollback',
      {
        decisions: {
          decided: [],
          rollbacks: [
            {
              id: 'r',
              type: 'flag',
              reason: 'errors',
              who: 'ci',
              startedMs: 1,
              endedMs: 2,
              status: 'succeeded',
              stages: [],
            },
          ],
        },
      },
      /a rollback \(flag\) succeeded: errors/,
    ],
  ])('%s', (_, more, why) => {
    const { verdict, failures } = conclude(weighed(more));
    expect(verdict).toBe('fail');
    expect(failures.join('\n')).toMatch(why);
  });
});

test('what is only odd is said and changes no verdict', () => {
  const override = { by: 'lena', reason: 'known' };
  const decided: Decided = {
    atMs: 1,
    from: 25,
    to: 50,
    verdict: 'fail',
    conditions: [],
    next: '',
    askedBy: 'ci',
    via: 'command',
    times: 1,
    override,
  };
  const { verdict, cautions } = conclude(
    weighed({
      decisions: { decided: [decided], rollbacks: [] },
      alerts: { episodes: [{ ...episode, resolvedMs: 9 }] },
      objectives: [
        objective({ budgetLeft: 0.2, proof: proofOf(8, 11_520, 0.001) ?? null }),
        objective({ title: 'disk in use', decides: false, state: 'missed', told: '95 %' }),
      ],
    }),
  );
  expect(verdict).toBe('pass');
  expect(cautions.join('\n')).toMatch(/gate’s fail to 50 % was overridden by lena: known/);
  expect(cautions.join('\n')).toMatch(/disk in use reached 95 %/);
  expect(cautions.join('\n')).toMatch(/error ratio has 20 % of its error budget left/);
  expect(cautions.join('\n')).toMatch(/error ratio is met, but/);
  expect(cautions.join('\n')).toMatch(/1 critical alert fired and resolved/);
});
