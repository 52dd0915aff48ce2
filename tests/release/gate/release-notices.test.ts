import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ChangeEvent } from '../../../src/alerts/index.ts';
import type { History } from '../../../src/history/history.ts';
import { openHistory } from '../../../src/history/open-history.ts';
import { decide } from '../../../src/release/gate/decide.ts';
import type { GateEvidence } from '../../../src/release/gate/evidence.ts';
import { askHistory } from '../../../src/release/gate/gate.ts';
import { standingOfRelease } from '../../../src/release/gate/plan.ts';
import { releaseNotices, tellRelease } from '../../../src/release/gate/release-notices.ts';
import { cycle, identity } from '../../history/cycle.ts';
import { inOrder } from '../../support/in-order.ts';
import { recordRun } from '../../support/rollback-run.ts';
import {
  askedMs,
  asking,
  deployedMs,
  greenEvidence,
  hour,
  minute,
  second,
  setup,
  takenMs,
  takeStage,
  targetId,
} from './green.ts';

const command = 'npx vitest-vigil gate --to 50';

/** What is told of a release at a time, by what the gate would say on some evidence. */
function told(evidence: GateEvidence, nowMs = askedMs) {
  const { deployment, taken } = evidence.recorded;
  const standing = standingOfRelease(setup.plan, deployment, taken, undefined);
  if (!standing) throw new Error('no deployment is recorded');
  return releaseNotices(
    { ...standing, missing: undefined, rollback: undefined },
    decide(evidence, setup, asking),
    command,
    nowMs,
  );
}

test('a release is ready, with the command that asks the gate, once its soak time is over', () => {
  expect(told(greenEvidence(), askedMs - 6 * minute)).toEqual([]);
  expect(told(greenEvidence())).toMatchObject([
    {
      change: 'release',
      id: expect.stringMatching(/^\d+:50:ready$/),
      summary: `v2 for 50 %: ready, the gate is open: ${command}`,
      details: { release: 'v2', stage: '25 %', next: command },
    },
  ]);
});

test('a blocked one names what blocks it, under an id of its own for each cause', () => {
  const red = greenEvidence();
  red.recorded.passRate = { ratio: 0.5, judged: 288 };
  const [blocked] = told(red);
  expect(blocked?.summary).toMatch(
    /^v2 for 50 %: blocked by pass rate 50 % \(≥ 95 %\): 288 outcomes of \d+ cycles$/,
  );
  expect(blocked?.id).toMatch(/^\d+:50:(?!ready)[\w-]+$/);
  expect(Object.values(blocked?.details ?? {}).join()).not.toContain(command);
});

test('a blocked one names the cause that the gate names, not what follows from it', () => {
  const red = greenEvidence();
  red.recorded.passRate = { ratio: 0.5, judged: 288 };
  const failing = { id: 'order', title: 'order', reason: 'status 500, expected 200' };
  if (red.recorded.newest) red.recorded.newest.newFailures = [failing];
  expect(told(red)[0]?.summary).toMatch(/^v2 for 50 %: blocked by new failures: order/);
});

test('a stage that is not taken for an hour is overdue, beside what is the case', () => {
  const overdue = (nowMs: number) => told(greenEvidence(), nowMs).map(({ summary }) => summary);
  expect(overdue(askedMs + hour - 6 * minute)).toHaveLength(1);
  expect(overdue(askedMs + hour)).toEqual([
    expect.stringContaining('ready'),
    'v2 for 50 %: overdue, its soak time ended 1h 5m ago and the stage is not taken (ready)',
  ]);
});

test('it is told at the end of the soak time, at once and once, and the cycles are not read before', () => {
  const history = openHistory({ file: ':memory:', now: () => new Date(askedMs) });
  onTestFinished(() => history.close());
  history.recordDeployment({ timeMs: deployedMs, release: 'v2', who: 'ci' });
  takeStage(history, 25, takenMs);
  const identities = vi.spyOn(history, 'identities');
  const queued: ChangeEvent[] = [];
  const tell = tellRelease({
    history,
    setup,
    rollout: () => ({ gate: decide(greenEvidence(), setup, asking) }),
    ownCommand: (words) => words.join(' '),
    queue: (events) => queued.push(...events),
    say: () => {},
  });
  const endsMs = takenMs + 45 * minute;
  for (let nowMs = takenMs; nowMs < endsMs; nowMs += 15 * second) tell(nowMs);
  expect(identities).not.toHaveBeenCalled();
  expect(queued).toEqual([]);
  for (const afterMs of [0, 15 * second, minute]) tell(endsMs + afterMs);
  expect(queued.map(({ summary, at }) => [summary, at])).toEqual([
    ['v2 for 50 %: ready, the gate is open: gate --to 50', new Date(endsMs).toISOString()],
  ]);
});

describe('mixed releases with all of the traffic on one', () => {
  /** What is told of instances that say these releases, a cycle a minute after all of the traffic was let through. */
  function toldOf(
    cycles: readonly (readonly string[] | null)[],
    prepare: (history: History) => void = () => {},
  ) {
    const history = openHistory({ file: ':memory:', now: () => new Date(askedMs) });
    onTestFinished(() => history.close());
    history.recordDeployment({ timeMs: deployedMs, release: 'v2', who: 'ci' });
    takeStage(history, 100, takenMs);
    prepare(history);
    const lines: string[] = [];
    const queued: ChangeEvent[] = [];
    const tell = tellRelease({
      history,
      setup,
      rollout: () => undefined,
      ownCommand: (words) => words.join(' '),
      queue: (events) => queued.push(...events),
      say: (line) => lines.push(line),
    });
    cycles.forEach((said, index) => {
      const timeMs = takenMs + (index + 1) * minute;
      const releases = { api: said && [...said] };
      history.recordCycle(cycle(timeMs, { targetId, identity: { ...identity, releases } }));
      for (const afterMs of [10, 25, 40]) tell(timeMs + afterMs * second);
    });
    return { lines, queued };
  }
  const mixed = ['v1', 'v2', 'v2'];
  const whole = ['v2', 'v2', 'v2'];

  test('are told once, and once that they are over', () => {
    const { lines, queued } = toldOf([whole, mixed, mixed, mixed, null, whole, whole]);
    expect(lines).toEqual([
      expect.stringMatching(
        inOrder(
          'RELEASE',
          'v2',
          'mixed releases since 2026-01-05T00:22:00Z',
          'api: 2 of 3 instances on v2, 1 on v1',
        ),
      ),
      expect.stringMatching(inOrder('RELEASE', 'v2', 'mixed releases are over since 2026-01-05T00:26:00Z')),
    ]);
    expect(queued).toMatchObject([
      {
        kind: 'change',
        change: 'release',
        details: { stage: '100 %', next: expect.stringContaining('deploy v2') },
      },
      { kind: 'change', change: 'release' },
    ]);
    expect(new Set(queued.map(({ id }) => id)).size).toBe(2);
  });

  test('are told again where they come again, and not of a single cycle, which a deployment explains', () => {
    const { lines } = toldOf([mixed, whole, mixed, mixed, whole, mixed, mixed]);
    expect(lines.map((line) => /over|mixed releases since \S+/.exec(line)?.[0])).toEqual([
      'mixed releases since 2026-01-05T00:23:00Z',
      'over',
      'mixed releases since 2026-01-05T00:26:00Z',
    ]);
  });

  test('are not told where the release is rolled back, nor what blocks it', () => {
    const startedMs = takenMs + minute / 2;
    const run = { startedMs, endedMs: startedMs + second };
    expect(toldOf([mixed, mixed], (history) => recordRun(history, run)).queued).toEqual([]);
  });
});

test.each([
  ['is under way', { status: 'running' as const }],
  ['has succeeded', { endedMs: askedMs }],
])('a rollback that %s is told by itself: the release is neither blocked nor overdue', (_, run) => {
  const history = openHistory({ file: ':memory:', now: () => new Date(askedMs) });
  onTestFinished(() => history.close());
  history.recordDeployment({ timeMs: deployedMs, release: 'v2', who: 'ci' });
  takeStage(history, 25, takenMs);
  recordRun(history, { startedMs: askedMs - second, ...run });
  const queued: ChangeEvent[] = [];
  const tell = tellRelease({
    history,
    setup,
    rollout: (nowMs) => ({ gate: askHistory(history, setup, asking, nowMs).decision }),
    ownCommand: (words) => words.join(' '),
    queue: (events) => queued.push(...events),
    say: () => {},
  });
  tell(askedMs + 2 * second);
  tell(askedMs + 2 * hour);
  expect(queued).toEqual([]);
});
