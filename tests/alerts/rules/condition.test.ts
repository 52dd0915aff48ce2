import { expect, test } from 'vitest';
import {
  conditionToPromQL,
  judgeCondition,
  type RuleCondition,
} from '../../../src/alerts/rules/condition.ts';
import { gauge, ratio, select } from '../../../src/alerts/signals/algebra/build.ts';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';

const atMs = 1_000_000;
const source = new MemorySource();
const put = (name: string, value: number, labels = {}) => source.add(name, labels, { timeMs: atMs, value });
put('high', 9);
put('low', 1);
put('zero', 0);
put('many', 9, { part: 'a' });
put('many', 1, { part: 'b' });

const above = (metric: string): RuleCondition => ({
  kind: 'bound',
  expression: gauge(select(metric)),
  bound: { operator: '>', value: 5 },
});
const states = (condition: RuleCondition) =>
  judgeCondition(condition, source, atMs).map(({ state }) => state);
const [yes, no, unknown] = [above('high'), above('low'), above('missing')];

test('a bound is breached or clear by the value, and unknown without one', () => {
  expect([yes, no, unknown].map(states)).toEqual([['breached'], ['clear'], ['unknown']]);
});

test('0 ÷ 0 is unknown, not clear', () => {
  const expression = ratio(gauge(select('zero')), gauge(select('zero')));
  expect(states({ kind: 'bound', expression, bound: { operator: '>', value: 0 } })).toEqual(['unknown']);
});

test('each label set is judged by itself', () => {
  expect(judgeCondition(above('many'), source, atMs)).toEqual([
    { labels: { part: 'a' }, state: 'breached', value: 9 },
    { labels: { part: 'b' }, state: 'clear', value: 1 },
  ]);
});

test.each([
  ['all', [yes, yes], 'breached'],
  ['all', [yes, no], 'clear'],
  ['all', [yes, unknown], 'unknown'],
  ['all', [no, unknown], 'clear'],
  ['any', [no, yes], 'breached'],
  ['any', [no, no], 'clear'],
  ['any', [no, unknown], 'unknown'],
  ['any', [unknown, yes], 'breached'],
] as const)('%s of %j is %s', (kind, parts, expected) => {
  expect(states({ kind, of: parts })).toEqual([expected]);
});

test('of several label sets each is joined with its own, and one that is missing on a side is unknown', () => {
  const all = judgeCondition({ kind: 'all', of: [above('many'), yes] }, source, atMs);
  expect(all).toStrictEqual([
    { labels: { part: 'a' }, state: 'unknown', value: undefined },
    { labels: { part: 'b' }, state: 'clear', value: 1 },
    { labels: {}, state: 'unknown', value: undefined },
  ]);
  const any = judgeCondition({ kind: 'any', of: [unknown, above('many')] }, source, atMs);
  expect(any).toStrictEqual([
    { labels: {}, state: 'unknown', value: undefined },
    { labels: { part: 'a' }, state: 'breached', value: 9 },
    { labels: { part: 'b' }, state: 'unknown', value: undefined },
  ]);
});

test('the value of a joined condition is one that decided', () => {
  expect(judgeCondition({ kind: 'all', of: [yes, no] }, source, atMs)).toEqual([
    { labels: {}, state: 'clear', value: 1 },
  ]);
  const absent: RuleCondition = { kind: 'absent', expression: gauge(select('missing')) };
  expect(judgeCondition({ kind: 'any', of: [absent, no, yes] }, source, atMs)).toEqual([
    { labels: {}, state: 'breached', value: 9 },
  ]);
});

test('an absence is breached by no data and cleared by any', () => {
  const absent = (metric: string): RuleCondition => ({ kind: 'absent', expression: gauge(select(metric)) });
  expect([absent('missing'), absent('zero')].map(states)).toEqual([['breached'], ['clear']]);
});

test('nested conditions keep their order in PromQL', () => {
  const nested: RuleCondition = { kind: 'all', of: [yes, { kind: 'any', of: [no, unknown] }] };
  expect(conditionToPromQL(nested)).toBe('high > 5 and (low > 5 or missing > 5)');
});

test('an all within an any is kept together', () => {
  const nested: RuleCondition = { kind: 'any', of: [{ kind: 'all', of: [yes, no] }, unknown] };
  expect(conditionToPromQL(nested)).toBe('(high > 5 and low > 5) or missing > 5');
});

test('nothing is said of too few', () => {
  const given = (enough: RuleCondition) => states({ kind: 'given', of: yes, enough });
  expect([yes, no, unknown].map(given)).toEqual([['breached'], ['unknown'], ['unknown']]);
  expect(conditionToPromQL({ kind: 'given', of: yes, enough: no })).toBe('high > 5 and low > 5');
});

test('of several services each is judged by itself, also one of which there is nothing', () => {
  const absent = (metric: string, part: string): RuleCondition => ({
    kind: 'absent',
    expression: gauge(select(metric, ['part', '=', part])),
    labels: { part },
  });
  const each: RuleCondition = { kind: 'each', of: [above('many'), absent('many', 'b'), absent('many', 'c')] };
  expect(judgeCondition(each, source, atMs)).toMatchObject([
    { labels: { part: 'a' }, state: 'breached', value: 9 },
    { labels: { part: 'b' }, state: 'clear' },
    { labels: { part: 'c' }, state: 'breached' },
  ]);
  expect(conditionToPromQL(each)).toBe('many > 5 or absent(many{part="b"}) or absent(many{part="c"})');
});
