import { expect, test } from 'vitest';
import type { Reading } from '../../../src/alerts/engine/inputs.ts';
import type { StepResult } from '../../../src/alerts/engine/step.ts';
import { breached, clear, engineRun, gone, of, rule, startMs, unknown } from './engine-run.ts';

const readings = { B: breached(1), C: clear, U: unknown, G: gone } as const;
const letters = { pending: 'p', firing: 'F', resolved: 'r' } as const;

/** One reading a minute, `.` for none; the status after each, `-` for inactive. */
function statuses(timeline: string, forMinutes: number, keepMinutes: number): string {
  const run = engineRun([rule('A', { forMs: forMinutes * 60_000, keepFiringMs: keepMinutes * 60_000 })]);
  return [...timeline]
    .map((letter, at) => {
      if (letter !== '.') run.at(at, [of('A', readings[letter as keyof typeof readings])]);
      const [alert] = Object.values(run.state.alerts);
      return alert ? letters[alert.status] : '-';
    })
    .join('');
}

test.each([
  // for, keep, readings, statuses
  ['fires at once without a for', 0, 0, 'CBBC', '-FF-'],
  ['fires when the whole time is covered, not a reading sooner', 3, 0, 'CBBBBBC', '-pppFF-'],
  ['one clear reading begins anew', 3, 0, 'BBBCBBBBC', 'ppp-pppF-'],
  ['a clear reading in pending tells nobody', 3, 0, 'BBC', 'pp-'],
  ['the unknown stops the clock and doesn’t set it back', 3, 0, 'BBUUBBB', 'ppppppF'],
  ['the unknown never fires', 1, 0, 'BUUUUUUU', 'pppppppp'],
  ['only steps between two breaches count', 2, 0, 'BUBUBUBB', 'pppppppp'],
  ['… and the last of them fires', 2, 0, 'BUBUBUBBB', 'ppppppppF'],
  ['the unknown never resolves', 0, 0, 'BUUUUUUUUUUU', 'FFFFFFFFFFFF'],
  ['after the unknown a clear reading resolves', 0, 0, 'BUUUC', 'FFFF-'],
  ['a short gap is covered', 4, 0, 'BB..BC', 'ppppF-'],
  ['a gap of more than three intervals is unknown time', 4, 0, 'BB....BBBB', 'pppppppppF'],
  ['keeps firing until the end is covered', 0, 2, 'BCCC', 'FFF-'],
  ['a breach while it keeps firing sets that clock back', 0, 2, 'BCCBCCC', 'FFFFFF-'],
  ['the unknown doesn’t end the keeping', 0, 2, 'BCUUUUCC', 'FFFFFFFF'],
  ['… but two covered minutes do', 0, 2, 'BCUUUUCCC', 'FFFFFFFF-'],
  ['what exists no more is resolved at once, keeping or not', 0, 5, 'BG', 'F-'],
  ['what exists no more is no longer pending', 5, 0, 'BG', 'p-'],
  ['a clear reading ends what is pending, keeping or not', 3, 2, 'BCB', 'p-p'],
])('%s', (_, forMinutes, keepMinutes, timeline, expected) => {
  expect(statuses(timeline, forMinutes, keepMinutes)).toBe(expected);
});

test('each change is a transition with its time and value; `since` stays through the unknown', () => {
  const run = engineRun([rule('A', { forMs: 120_000 })]);
  const transitions = [breached(7), unknown, breached(8), breached(9), breached(9.5), unknown, unknown, clear]
    .flatMap((reading, at) => run.at(at, [of('A', reading)]).transitions)
    .map(({ from, to, atMs, value }) => [from, to, (atMs - startMs) / 60_000, value]);
  expect(transitions).toEqual([
    ['inactive', 'pending', 0, 7],
    ['pending', 'pending', 1, 7],
    ['pending', 'pending', 2, 8],
    ['pending', 'firing', 4, 9.5],
    ['firing', 'firing', 5, 9.5],
    ['firing', 'resolved', 7, 9.5],
  ]);
});

test('a firing alert without data says since when', () => {
  const run = engineRun([rule('A')]);
  run.at(0, [of('A', breached())]);
  run.at(1, [of('A', unknown)]);
  expect(run.at(2, [of('A', unknown)]).state.alerts).toMatchObject({
    [Object.keys(run.state.alerts)[0] ?? '']: { status: 'firing', noDataSinceMs: startMs },
  });
});

test('each label set is an alert of its own, and one that wasn’t seen is unknown', () => {
  const run = engineRun([rule('A')]);
  const check = (id: string) => ({ labels: { check: id } });
  run.at(0, [of('A', breached(), check('H01')), of('A', breached(), check('H02'))]);
  const { transitions, state } = run.at(1, [of('A', clear, check('H01'))]);
  expect(transitions.map(({ labels, from, to }) => [labels.check, from, to])).toEqual([
    ['H01', 'firing', 'resolved'],
    ['H02', 'firing', 'firing'],
  ]);
  expect(Object.values(state.alerts)).toMatchObject([{ noDataSinceMs: startMs }]);
});

test('a failed evaluation without labels speaks for every alert of the rule', () => {
  const run = engineRun([rule('A')]);
  run.at(0, [of('A', breached(), { labels: { check: 'H01' } })]);
  const { transitions, state } = run.at(1, [of('A', unknown)]);
  expect(transitions).toMatchObject([{ from: 'firing', to: 'firing' }]);
  expect(Object.values(state.alerts)).toMatchObject([{ noDataSinceMs: startMs }]);
});

test('a rule that nobody evaluates goes without data when the gap is too long, not before', () => {
  const run = engineRun([rule('A'), rule('B')]);
  run.at(0, [of('A', breached())]);
  expect(run.at(3, [of('B', clear)]).transitions).toEqual([]);
  const { transitions, state } = run.at(4, [of('B', clear)]);
  expect(transitions).toMatchObject([{ rule: 'A', from: 'firing', to: 'firing' }]);
  expect(Object.values(state.alerts)).toMatchObject([{ noDataSinceMs: startMs }]);
});

test('a rule that is evaluated less often is without data only by its own interval', () => {
  const run = engineRun([rule('A', { intervalMs: 300_000 }), rule('B')]);
  run.at(0, [of('A', breached())]);
  expect(run.at(15, [of('B', clear)]).transitions).toEqual([]);
  expect(run.at(16, [of('B', clear)]).transitions).toMatchObject([{ rule: 'A', to: 'firing' }]);
});

test('a value that JSON can’t carry is not kept', () => {
  const run = engineRun([rule('A')]);
  run.at(0, [of('A', breached(4))]);
  run.at(1, [of('A', breached(Number.POSITIVE_INFINITY))]);
  expect(Object.values(run.state.alerts)[0]?.value).toBe(4);
});

test('an alert whose rule is gone after a restart ends', () => {
  const before = engineRun([rule('A')]);
  before.at(0, [of('A', breached())]);
  const after = engineRun([rule('B')]);
  Object.assign(after.state.alerts, before.state.alerts);
  expect(after.at(9, [of('B', clear)]).transitions).toMatchObject([{ rule: 'A', to: 'resolved' }]);
});

test('a step that only delivers reads nothing into the silence', () => {
  const run = engineRun([rule('A', { forMs: 120_000 })]);
  run.at(0, [of('A', breached())]);
  expect(run.at(1).transitions).toEqual([]);
  expect(run.at(2, [of('A', breached())]).transitions).toMatchObject([{ to: 'firing' }]);
});

test('instances may have a time of their own', () => {
  const run = engineRun([rule('A', { forMs: 600_000 })]);
  run.at(0, [of('A', breached(), { forMs: 60_000 })]);
  expect(run.at(1, [of('A', breached(), { forMs: 60_000 })]).transitions).toMatchObject([{ to: 'firing' }]);
});

test('a clock that was set back proves nothing and breaks nothing', () => {
  const run = engineRun([rule('A', { forMs: 120_000 })]);
  const found = [10, 11, 5, 6].map((at) => run.at(at, [of('A', breached())]).transitions.map(({ to }) => to));
  expect(found).toEqual([['pending'], [], [], ['firing']]);
});

test('a known failure is told, but calls for nothing where only new ones count', () => {
  const run = engineRun([rule('A'), rule('RollbackRequired', { onlyNew: true })]);
  const known = run.at(0, [
    of('A', breached(), { isNew: false }),
    of('RollbackRequired', breached(), { isNew: false }),
  ]);
  expect(known.transitions).toMatchObject([{ rule: 'A', to: 'firing', isNew: false }]);
  const fresh = run.at(1, [
    of('A', breached(), { isNew: true }),
    of('RollbackRequired', breached(), { isNew: true }),
  ]);
  expect(fresh.transitions).toMatchObject([{ rule: 'RollbackRequired', to: 'firing', isNew: true }]);
  expect(run.state.alerts).toHaveProperty([fresh.transitions[0]?.fingerprint ?? '', 'isNew'], true);
});

const changes = ({ transitions }: StepResult): string[] =>
  transitions.map(({ labels, from, to }) => `${labels.check ?? labels.rule} ${from} to ${to}`);

test('of two observations of one alert the worse one counts, and that there were two is an alert', () => {
  const run = engineRun([rule('A')]);
  const both = (...readings: Reading[]) =>
    readings.map((reading) => of('A', reading, { labels: { check: 'x' } }));
  const other = of('A', breached(), { labels: { check: 'y' } });
  const first = run.at(0, [...both(breached(), clear), other]);
  expect(first.transitions.map(({ rule: name, labels }) => [name, labels.check])).toEqual([
    ['A', 'x'],
    ['A', 'y'],
    ['AlertEvaluationFailed', 'x'],
  ]);
  expect(first.transitions.at(-1)?.labels).toMatchObject({
    rule: 'A',
    problem: 'observed more than once',
    severity: 'critical',
  });
  expect(changes(run.at(1, [...both(clear, clear), other]))).toEqual(['x firing to resolved']);
  expect(changes(run.at(2, [...both(clear), other]))).toEqual(['x firing to resolved']);
});

test('what can’t be judged is an alert until it can be, and costs nothing else', () => {
  const run = engineRun([rule('A'), rule('B')]);
  const failed = of('B', unknown, { problem: 'no such series' });
  const first = run.at(0, [of('none', breached()), failed, of('A', breached(), { labels: { check: 'x' } })]);
  expect(changes(first)).toEqual(['x inactive to firing', 'none inactive to firing', 'B inactive to firing']);
  expect(changes(run.at(1, [of('A', clear, { labels: { check: 'x' } })]))).toEqual([
    'x firing to resolved',
    'none firing to resolved',
  ]);
  expect(changes(run.at(2, [of('B', clear)]))).toEqual(['B firing to resolved']);
});

test('an alert that comes and goes flaps: it stays open with its count until it has calmed down', () => {
  const run = engineRun([rule('A', { flapping: { readings: 6, episodes: 3, calm: 3 } })]);
  const seen = [...'xx.x.x..x...'].map((letter, at) => {
    run.at(at, [of('A', letter === 'x' ? breached() : clear)]);
    const [alert] = Object.values(run.state.alerts);
    return alert ? [alert.status, alert.flapping?.failed, alert.flapping?.of].join(' ').trim() : '-';
  });
  expect(seen).toEqual([
    'firing',
    'firing',
    '-',
    'firing',
    '-',
    'firing 4 6',
    'firing 3 6',
    'firing 2 6',
    'firing 3 6',
    'firing 2 6',
    'firing 2 6',
    '-',
  ]);
});

test('what ends while it is pending has never fired', () => {
  const run = engineRun([rule('A', { forMs: 120_000 })]);
  run.at(0, [of('A', breached())]);
  const [transition, ...more] = run.at(1, [of('A', clear)]).transitions;
  expect(transition).toStrictEqual({
    fingerprint: expect.any(String),
    rule: 'A',
    labels: expect.any(Object),
    isNew: true,
    from: 'pending',
    to: 'inactive',
    atMs: startMs + 60_000,
    value: undefined,
  });
  expect(more).toEqual([]);
});

test('a rule that asks for new failures only ends with one that turns out to be known, never with an unknown reading', () => {
  const run = engineRun([rule('A', { onlyNew: true })]);
  run.at(0, [of('A', breached())]);
  expect(run.at(1, [of('A', unknown, { isNew: false })]).transitions).toMatchObject([{ to: 'firing' }]);
  expect(run.at(2, [of('A', breached(), { isNew: false })]).transitions).toMatchObject([{ to: 'resolved' }]);
});

test('that it is known is kept when it is said, and the time at which it fired stays', () => {
  const run = engineRun([rule('A', { forMs: 60_000 })]);
  const alert = () => Object.values(run.state.alerts)[0];
  run.at(0, [of('A', breached())]);
  run.at(1, [of('A', breached(), { isNew: false })]);
  run.at(2, [of('A', breached())]);
  expect(alert()).toMatchObject({ sinceMs: startMs, firedAtMs: startMs + 60_000, isNew: false });
  run.at(3, [of('A', unknown)]);
  expect(alert()?.last).toEqual({ atMs: startMs + 180_000, state: 'unknown' });
});

test('a breach after an end that nobody was told of yet is an episode of its own', () => {
  const run = engineRun([rule('A')]);
  const maintenance = [{ matchers: [], fromMs: startMs, toMs: startMs + 600_000, reason: 'works' }];
  run.at(-1, [of('A', breached())]);
  run.at(0, [of('A', clear)], { maintenance });
  const { transitions, state } = run.at(1, [of('A', breached())], { maintenance });
  expect(transitions.map(({ from, to }) => [from, to])).toEqual([['inactive', 'firing']]);
  expect(Object.values(state.alerts)).toMatchObject([{ status: 'firing', sinceMs: startMs + 60_000 }]);
});
