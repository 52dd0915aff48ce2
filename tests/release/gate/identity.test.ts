import { expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import type { History } from '../../../src/history/history.ts';
import { isOpen } from '../../../src/release/gate/condition.ts';
import { askHistory, rolloutStanding } from '../../../src/release/gate/gate.ts';
import { gateSetup } from '../../../src/release/gate/setup.ts';
import { criteriaWith } from '../../../src/suite/identity/criteria.ts';
import { cycle, identity } from '../../history/cycle.ts';
import { folder, opened } from '../../history/folder.ts';
import {
  askedMs,
  asking,
  deployedMs,
  type GreenOptions,
  hour,
  minute,
  recordGreen,
  setup,
  takeStage,
  targetId,
} from './green.ts';

const says = (...ids: string[]) => ({ identity: { ...identity, releases: { service: ids } } });

/** A history in which the services say by the minute since the deployment which release they are. */
function history(releaseAt: (minutes: number) => string[], options: GreenOptions = {}): History {
  const made = opened(folder(), { now: () => new Date(askedMs) });
  recordGreen(made, { cycleOf: (timeMs) => says(...releaseAt((timeMs - deployedMs) / minute)), ...options });
  made.database.prepare('UPDATE state SET time_ms = ?').run(askedMs);
  return made;
}

function asked(
  reader: History,
  more: { to?: number; atMs?: number; setup?: object; acceptThresholds?: boolean } = {},
) {
  const { to = 50, atMs = askedMs, acceptThresholds } = more;
  const answer = askHistory(reader, { ...setup, ...more.setup }, { ...asking, to, acceptThresholds }, atMs);
  const open = Object.fromEntries(
    answer.decision.conditions.filter(isOpen).map(({ id, outcome }) => [id, outcome]),
  );
  const of = (id: string) => answer.decision.conditions.find((one) => one.id === id);
  return { ...answer, open, verdict: answer.decision.verdict, of };
}

test('below 100 % the release before and the deployed one are both expected', () => {
  const { verdict, evidence, document } = asked(history((minutes) => (minutes < 0 ? ['v1'] : ['v1', 'v2'])));
  expect(verdict).toBe('pass');
  expect(evidence.window.fromMs).toBe(askedMs - 45 * minute);
  expect(document.evidence.identity).toEqual({
    name: 'Genesis',
    releases: ['v1', 'v2'],
    criteria: identity.criteria.hash,
    unrecordedChange: null,
  });
});

test('a release that no instance ever said keeps the gate shut once a stage is taken, also by an override', () => {
  const made = history(() => ['v1', 'v1', 'v1'], { without: ['stage'] });
  const listed = { listed: ['service'] };
  const first = asked(made, { to: 25, setup: listed });
  expect(first.verdict).toBe('pass');
  expect(first.of('release')?.detail).toContain('all 3 instances say v1; v2 is not out yet');
  expect(first.decision.proves).toContain('No cycle saw v2');
  takeStage(made, 25, deployedMs + 20 * minute);
  const { verdict, open, of } = asked(made, { setup: listed });
  expect([verdict, open]).toEqual(['inconclusive', { release: 'unknown' }]);
  expect(of('release')?.detail).toMatch(/an instance that says v2.*all 3 instances say v1$/);
  expect(rolloutStanding(made, { ...setup, ...listed }, askedMs)?.missing).toMatchObject({
    detail: of('release')?.detail,
    cause: 'no instance says v2',
  });
});

test('a release that was taken away keeps the gate shut, and opens it when it is back', () => {
  const made = history((minutes) => (minutes >= 0 && minutes < 40 ? ['v1', 'v2'] : ['v1', 'v1']));
  const listed = { listed: ['service'] };
  const { verdict, open, of } = asked(made, { setup: listed });
  expect([verdict, open]).toEqual(['inconclusive', { release: 'unknown' }]);
  expect(of('release')?.detail).toContain('none has since 2026-01-05T00:35:00Z');
  made.recordCycle(cycle(askedMs - 5000, { targetId, ...says('v1', 'v2') }));
  expect(asked(made, { setup: listed }).of('release')?.outcome).toBe('pass');
});

test('behind one address, a share of the traffic that now and then meets the release opens the gate', () => {
  const made = history((minutes) => (minutes === 25 ? ['v1', 'v2'] : ['v1']));
  expect(asked(made).verdict).toBe('pass');
  expect(asked(history(() => ['v1'])).open).toEqual({ release: 'unknown' });
});

test('a third release starts the soak anew from its first cycle, and nothing of before counts', () => {
  const made = history((minutes) => (minutes < 40 ? ['v2'] : ['v3']));
  const { verdict, open, evidence, of, document } = asked(made);
  const changedMs = deployedMs + 40 * minute;
  expect([verdict, open]).toEqual(['fail', { soak: 'fail', release: 'unknown' }]);
  expect(evidence.window.fromMs).toBe(changedMs);
  expect(of('soak')).toMatchObject({ value: 30 * 60, askAgainAtMs: changedMs + 45 * minute });
  expect(document.evidence.identity?.unrecordedChange).toEqual({
    at: new Date(changedMs).toISOString(),
    from: 'v2',
    to: 'v3',
  });
  expect(rolloutStanding(made, setup, askedMs)).toMatchObject({
    percent: 25,
    next: { percent: 50, soakEndsMs: changedMs + 45 * minute },
  });
});

test('recorded, the third release begins a rollout of its own', () => {
  const made = history((minutes) => (minutes < 40 ? ['v2'] : ['v3']));
  made.recordDeployment({ timeMs: deployedMs + 45 * minute, release: 'v3' });
  const { open, verdict } = asked(made, { to: 25 });
  expect([verdict, open]).toEqual(['pass', {}]);
});

test('with all of the traffic on the release a mix is a failure, also when the stage is asked for again', () => {
  const made = history((minutes) => (minutes < 0 ? ['v1'] : minutes < 65 ? ['v2'] : ['v1', 'v2']));
  takeStage(made, 50, deployedMs + 30 * minute);
  takeStage(made, 100, deployedMs + 40 * minute);
  const { verdict, open } = asked(made, { to: 100 });
  expect([verdict, open]).toEqual(['fail', { release: 'fail' }]);
});

test('where no service says its release nothing is blocked, and what it proves says so', () => {
  const made = history(() => [], {
    cycleOf: () => ({ identity: { ...identity, releases: { service: null } } }),
  });
  const { verdict, decision } = asked(made);
  expect(verdict).toBe('pass');
  expect(decision.proves).toContain('The release id is not known');
  expect(asked(history(() => ['v2'])).decision.proves).not.toContain('not known');
});

test('a gate with other thresholds than the loop’s names them, and passes when it is told to accept them', () => {
  const table = structuredClone(setup.table);
  table.latencyP95.slo = { operator: '<', value: 0.3 };
  const other = { table, criteria: criteriaWith(identity.criteria, table) };
  const made = history(() => ['v2']);
  const { verdict, open, of } = asked(made, { setup: other });
  expect([verdict, open]).toEqual(['inconclusive', { criteria: 'unknown' }]);
  expect(of('criteria')?.detail).toContain('latencyP95.slo < 300 ms, was < 200 ms');
  const accepted = asked(made, { setup: other, acceptThresholds: true });
  expect([accepted.verdict, accepted.of('criteria')?.detail]).toEqual([
    'pass',
    expect.stringMatching(/^accepted: .*latencyP95\.slo/),
  ]);
});

test('cycles of before there was an identity: inconclusive until the deployment is recorded and new ones come', () => {
  const made = opened(folder(), { now: () => new Date(askedMs + hour) });
  recordGreen(made, { cycleOf: () => ({ identity: undefined }) });
  made.database.prepare('UPDATE state SET time_ms = ?').run(askedMs);
  const { verdict, open, of } = asked(made);
  expect([verdict, open]).toEqual(['inconclusive', { criteria: 'unknown' }]);
  expect(of('criteria')?.next).toContain('vigil gate --deployed');
  made.recordDeployment({ timeMs: askedMs, release: 'v2' });
  for (let minutes = 1; minutes < 16; minutes += 5)
    made.recordCycle(cycle(askedMs + minutes * minute, { targetId }));
  const { of: then } = asked(made, { to: 25, atMs: askedMs + 16 * minute });
  expect(then('criteria')).toMatchObject({ outcome: 'pass' });
  expect(then('cycles')).toMatchObject({ outcome: 'pass', value: 3 });
});

test('the same address under another name is another deployment', () => {
  const { verdict, open } = asked(
    history(() => ['v2']),
    { setup: { name: 'Shop' } },
  );
  expect([verdict, open]).toEqual(['inconclusive', { target: 'unknown' }]);
});

test('who names no deployment gets none: the watch’s own is not taken for it', () => {
  const { verdict, open } = asked(
    history(() => ['v2']),
    { setup: { targetId: undefined } },
  );
  expect(verdict).toBe('inconclusive');
  expect(open).toMatchObject({ target: 'unknown', cycles: 'unknown' });
  const own = gateSetup(validateConfig({}, 'a test'), 'the embedded Genesis', identity.criteria);
  const { open: without, of } = asked(
    history(() => ['v2']),
    { setup: { ...own, plan: setup.plan } },
  );
  expect(without).toMatchObject({ target: 'unknown' });
  expect(of('target')?.detail).toMatch(/which deployment\?.*http:\/\/target/);
});
