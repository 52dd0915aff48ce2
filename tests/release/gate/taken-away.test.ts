import { describe, expect, test } from 'vitest';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { decide } from '../../../src/release/gate/decide.ts';
import type { NewestCycle, OpenAlert, RecordedEvidence } from '../../../src/release/gate/evidence.ts';
import { signalEvidence } from '../../../src/release/gate/signal-evidence.ts';
import { downProblem } from '../../../src/suite/outcomes/down-problem.ts';
import { asking, deployedMs, greenEvidence, minute, second, setup, takenMs } from './green.ts';

interface Instance {
  name: string;
  /** What it says after the deployment, and what before. */
  release?: string;
  before?: string;
  /** When it came to the release, in minutes after the deployment. */
  from?: number;
  /** When it was down, in minutes after the deployment. */
  down?: [from: number, to?: number][];
  goneFrom?: number;
}

const stageMinutes = (takenMs - deployedMs) / minute;
const askedMinutes = 70;

function sampled(instances: readonly Instance[]): MemorySource {
  const source = new MemorySource();
  for (const { name, release, before, from = 1, down = [], goneFrom = 999 } of instances) {
    const labels = { service: 'shop', instance: name };
    for (let at = -30; at <= askedMinutes && at < goneFrom; at += 0.25) {
      const timeMs = deployedMs + at * minute;
      const isDown = down.some(([begin, end = 999]) => at >= begin && at < end);
      source.add('up', { job: 'shop', ...labels }, { timeMs, value: Number(!isDown) });
      const said = at >= from ? release : before;
      if (!isDown && said)
        source.add('vigil_instance_release', { ...labels, release: said }, { timeMs, value: 1 });
    }
    if (goneFrom <= askedMinutes)
      source.add(
        'up',
        { job: 'shop', ...labels },
        { timeMs: deployedMs + goneFrom * minute, value: 0, stale: true },
      );
  }
  return source;
}

/** What the gate finds of uptime and alerts 70 minutes after the deployment, with 50 % of the traffic since the 20th. */
function found(
  instances: readonly Instance[],
  { percent = 50, alert = {} as Partial<OpenAlert>, recorded = {} as Partial<RecordedEvidence> } = {},
) {
  const green = greenEvidence();
  const { window, atMs } = green;
  const rules = { ...setup, services: ['shop'] };
  const { uptime, old = [] } = signalEvidence(sampled(instances), {
    ...rules,
    atMs,
    window,
    deployedMs,
    release: 'v2',
  });
  const down: OpenAlert = {
    rule: 'ServiceDown',
    status: 'firing',
    severity: 'critical',
    sinceMs: atMs - minute,
    subject: 'shop',
    service: 'shop',
    ...alert,
  };
  const { conditions } = decide(
    {
      ...green,
      recorded: {
        ...green.recorded,
        taken: [{ percent, takenMs, isOverride: false }],
        alerts: { evaluatedMs: atMs - 10 * second, open: [down] },
        ...recorded,
      },
      signals: { ...green.signals, uptime, old },
    },
    rules,
    { ...asking, to: 100 },
  );
  const of = (id: string) => conditions.find((one) => one.id === id);
  return { of, outcomes: [of('uptime')?.outcome, of('alerts')?.outcome] };
}

const old = { name: 'old-1', before: 'v1', release: 'v1' };
const taken: Instance = { ...old, name: 'old-2', down: [[30]] };
const next = { name: 'next-1', before: 'v1', release: 'v2' };
const other = { ...next, name: 'next-2' };
const newest = greenEvidence().recorded.newest as NewestCycle;

test('an instance that the users of the release before left may be taken away: it is told, and holds nothing', () => {
  const { of } = found([old, taken, next, other], { alert: { instance: 'old-2' } });
  expect(of('uptime')).toMatchObject({ outcome: 'pass', value: 1 });
  expect(of('uptime')?.detail).toContain('1 of v1, down since 2026-01-05T00:30:00Z (old-2)');
  expect(of('alerts')).toMatchObject({ outcome: 'pass' });
  expect(of('alerts')?.detail).toContain('none of them of this release: ServiceDown shop');
});

describe('cycles that end with an instance down', () => {
  const problem = downProblem('shop at old-2 does not answer: connection refused');
  const ended = (onlyDown: number, problems = [problem]) => ({
    cycles: { pass: 0, fail: 0, inconclusive: 4, foreign: 0, onlyDown },
    newest: { ...newest, verdict: 'inconclusive' as const, problems },
  });
  const outcomesOf = ({ of }: ReturnType<typeof found>) => [of('cycles')?.outcome, of('checks')?.outcome];

  test('count where it was taken away: their checks were judged', () => {
    const gone = found([old, taken, next], { recorded: ended(4) });
    expect(outcomesOf(gone)).toEqual(['pass', 'pass']);
    expect(gone.of('cycles')).toMatchObject({
      value: 4,
      detail: expect.stringContaining('4 inconclusive (4 only by what was taken away, which count)'),
    });
  });

  test('count for nothing where it should be up, and say which it is', () => {
    const down = found([old, next, { ...other, down: [[30]] }], { recorded: ended(4) });
    expect(outcomesOf(down)).toEqual(['unknown', 'unknown']);
    expect(down.of('cycles')).toMatchObject({
      value: 0,
      cause: 'shop at old-2 does not answer: connection refused',
      next: expect.stringContaining('take it out of the configuration'),
      detail: expect.stringContaining(`0 green, 4 inconclusive`),
    });
  });

  test('count for nothing where something else is wrong with them', () => {
    const cut = found([old, taken, next], { recorded: ended(0, [problem, 'the suite was cut off']) });
    expect(outcomesOf(cut)).toEqual(['unknown', 'unknown']);
    expect(cut.of('checks')?.detail).toBe('the newest cycle proves nothing: the suite was cut off');
  });
});

test('an alert of the whole service is of what was taken away, one of another instance is not', () => {
  expect(found([old, taken, next]).outcomes).toEqual(['pass', 'pass']);
  expect(found([old, taken, next], { alert: { instance: 'next-1' } }).outcomes).toEqual(['pass', 'fail']);
  expect(found([old, taken, next], { alert: { subject: 'planner' } }).outcomes).toEqual(['pass', 'fail']);
  expect(found([old, taken, next], { alert: { rule: 'HighErrorRate' } }).outcomes).toEqual(['pass', 'fail']);
});

test.for<[string, Instance[], number?]>([
  ['more of the old ones than the release has of the traffic', [old, taken, next], 25],
  ['all of the old ones', [{ ...old, down: [[30]] }, taken, next]],
  [
    'an old one that comes back and goes again',
    [old, { ...old, name: 'old-2', down: [[30, 32], [40]] }, next],
  ],
  ['one that is down for a moment', [old, { ...old, name: 'old-2', down: [[69.5]] }, next]],
  ['one of the release beside it', [old, taken, next, { ...other, down: [[69.5]] }]],
  ['one of which nobody knows the release', [old, taken, next, { name: 'new', down: [[1]] }]],
  ['one of the release', [old, { ...old, name: 'old-2' }, next, { ...other, down: [[30]] }]],
  ['one where no instance runs the release', [old, taken, { ...old, name: 'old-3' }]],
  // Where the release replaces the one before instance by instance, it may not start on this one.
  [
    'one after another was replaced since the first stage',
    [old, taken, next, { ...other, from: stageMinutes + 1 }],
  ],
  ['one where nobody says a release', [{ name: '1' }, { name: '2', down: [[30]] }]],
])('what is down holds the release: %s', ([, instances, percent = 50]) => {
  expect(found(instances, { percent }).outcomes).toEqual(['fail', 'fail']);
});

test('what is found no more is not down, and a new instance that never ran another release replaces none', () => {
  const gone = { ...old, name: 'old-3', down: [[28] as [number]], goneFrom: 29 };
  const added = { name: 'next-3', release: 'v2', from: stageMinutes + 5 };
  const { of } = found([old, taken, next, added, gone]);
  expect(of('alerts')?.outcome).toBe('pass');
});
