import { expect, onTestFinished, test, vi } from 'vitest';
import type { ChangeEvent } from '../../../src/alerts/index.ts';
import { openHistory } from '../../../src/history/open-history.ts';
import { decide } from '../../../src/release/gate/decide.ts';
import type { GateEvidence } from '../../../src/release/gate/evidence.ts';
import { standingOfRelease } from '../../../src/release/gate/plan.ts';
import { releaseNotices, tellRelease } from '../../../src/release/gate/release-notices.ts';
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
