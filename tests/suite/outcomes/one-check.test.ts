import { describe, expect, test } from 'vitest';
import type { CheckDefinition } from '../../../src/core/catalogue/check-definition.ts';
import { judgeCatalogue } from '../../../src/suite/outcomes/judge-suite.ts';
import { type SuiteResult, suiteResultOf } from '../../../src/suite/outcomes/suite-result.ts';
import { definition } from '../run/suite-folder.ts';
import { end, entry, event, stream, xml } from './run-facts.ts';

type CaseEvent = ReturnType<typeof event>;
const [unbound, met] = [{ name: 'count', value: 1, unit: 'count' }, ...event('').measurements] as const;

/** What becomes of one check by what the stream says of it; the report says the same. */
function judged(
  more: Partial<CaseEvent>,
  { own = {}, declared = [] as CheckDefinition['needs'], inside = '' } = {},
) {
  const cases = [event('T01 counts', more)];
  const junitXml = xml(entry('T01 counts', inside));
  const red = more.state === 'failed';
  const exit = { code: red ? 1 : 0, signal: undefined, timedOut: false };
  const events = stream({ cases, end: end({ cases: 1, reason: red ? 'failed' : 'passed' }) });
  const result: SuiteResult = suiteResultOf({ exit, events, junitXml });
  const { outcomes } = judgeCatalogue(result, [{ ...definition('T01'), ...own }], declared);
  const { outcome, executed, reason } = outcomes[0] ?? {};
  return [outcome, executed, reason];
}

describe('a check that passed', () => {
  test.each<[string, Partial<CaseEvent>, string | undefined]>([
    ['is believed when it met its limit', {}, undefined],
    ['may record more than it judges', { measurements: [unbound, met] as never }, undefined],
    [
      'proves nothing by a record',
      { measurements: [unbound, unbound] as never },
      'passed without holding a measurement against a limit',
    ],
    ['proves nothing without a measurement', { measurements: [] }, 'passed without measuring anything'],
    [
      'proves nothing against its own measurement',
      { measurements: [met, { ...met, value: 11 }] as never },
      'passed although count 11 (must be < 10)',
    ],
    ['proves nothing after a retry', { retries: 1 }, 'passed only after a retry'],
    ['proves nothing after several', { retries: 3 }, 'passed only after 3 retries'],
    ['proves nothing when it was to fail', { inverted: true }, 'passed because it is declared to fail'],
  ])('%s', (_, more, reason) => {
    expect(judged(more)).toEqual([reason === undefined ? 'pass' : 'unknown', true, reason]);
  });
});

describe('a check that failed', () => {
  const inside = '<failure message="down"/>';
  test.each<[string, Partial<CaseEvent>, string, string]>([
    ['is a failure with all that it said', { errors: ['it is', 'down'] }, 'fail', 'it is\ndown'],
    ['is a failure without a word', { errors: [] }, 'fail', 'failed without a message'],
    ['is unknown when it says so', { unknown: 'unknown: of unknown: age' }, 'unknown', 'of unknown: age'],
    ['is unknown in its own words', { unknown: 'it is unknown: why' }, 'unknown', 'it is unknown: why'],
  ])('%s', (_, more, outcome, reason) => {
    expect(judged({ state: 'failed', ...more }, { inside })).toEqual([outcome, true, reason]);
  });
});

describe('a check that was skipped', () => {
  const inside = '<skipped/>';
  const own = { needs: ['grafana'], needsAtFirst: ['planner'] };
  const skipped = (note: string | undefined, declared: CheckDefinition['needs'] = [], needs: object = own) =>
    judged({ state: 'skipped', ...(note !== undefined && { note }) }, { inside, own: needs, declared });

  test('is declared when what it needs is left out, and all of that is named', () => {
    expect(skipped('not declared: grafana')).toEqual(['skipped', false, 'not declared: grafana, planner']);
    expect(skipped('not declared: grafana', ['planner'])).toEqual([
      'skipped',
      false,
      'not declared: grafana',
    ]);
    expect(skipped('not declared: planner', ['grafana'])).toEqual([
      'skipped',
      false,
      'not declared: planner',
    ]);
  });

  test('is unknown for every other reason', () => {
    const undeclared = (why: string) => ['unknown', false, `skipped without a declared reason${why}`];
    expect(skipped('not declared: grafana', ['grafana', 'planner'])).toEqual(
      undeclared(': not declared: grafana'),
    );
    expect(skipped('not declared: grafana', [], { needs: [] })).toEqual(
      undeclared(': not declared: grafana'),
    );
    expect(skipped('later, not declared: ')).toEqual(undeclared(': later, not declared: '));
    expect(skipped(undefined)).toEqual(undeclared(''));
  });
});

test('what is told of a check has its times, its case and no measurement that is not believed', () => {
  const of = (more: Parameters<typeof suiteResultOf>[0]) =>
    judgeCatalogue(suiteResultOf(more), [definition('T01')], []).outcomes[0];
  const exit = { code: 0, signal: undefined, timedOut: false };
  const one = (cases: CaseEvent[]) => stream({ cases, end: end({ cases: cases.length }) });
  const green = xml(entry('T01 counts'));
  const exchanges = [{ method: 'GET', url: 'http://shop/', status: 200, durationMs: 3 }];
  const timed = event('T01 counts', { durationMs: 12, startedAtMs: 7, exchanges });
  const base = { id: 'T01', title: 'counts', group: 'health', definition: definition('T01') };
  expect(of({ exit, events: one([timed]), junitXml: green })).toStrictEqual({
    ...base,
    outcome: 'pass',
    executed: true,
    measurements: timed.measurements,
    caseName: expect.any(String),
    durationMs: 12,
    startedAtMs: 7,
    exchanges,
  });
  const missing = of({ exit, events: one([event('T02 counts')]), junitXml: xml(entry('T02 counts')) });
  expect(missing).toStrictEqual({
    ...base,
    outcome: 'unknown',
    executed: false,
    measurements: [],
    reason: 'missing from the run',
    caseName: undefined,
    durationMs: undefined,
    startedAtMs: undefined,
    exchanges: undefined,
  });
  const twice = of({
    exit,
    events: one([event('T01 counts')]),
    junitXml: xml(entry('T01 counts'), entry('a > T01 counts')),
  });
  expect(twice).toMatchObject({ outcome: 'unknown', reason: 'there is more than one T01', measurements: [] });
});
