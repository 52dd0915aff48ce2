import { expect, test } from 'vitest';
import type { History } from '../../../src/history/history.ts';
import type { RecordedOutcome } from '../../../src/history/recorded-cycle.ts';
import { askHistory, keepAnswer } from '../../../src/release/gate/gate.ts';
import type { GateSetup } from '../../../src/release/gate/setup.ts';
import { baselineOf } from '../../../src/suite/outcomes/fingerprint.ts';
import { cycle, outcomes } from '../../history/cycle.ts';
import { folder, opened } from '../../history/folder.ts';
import {
  askedMs,
  asking,
  criticalAlert,
  deployedMs,
  type GreenOptions,
  hour,
  minute,
  recordGreen,
  second,
  series,
  setup,
  takenMs,
  takeStage,
  targetId,
} from './green.ts';

/** A history as a healthy watch left it, with what a test does to it. */
function history(options: GreenOptions = {}, atMs = askedMs): History {
  const made = opened(folder(), { now: () => new Date(atMs) });
  recordGreen(made, options);
  made.database.prepare('UPDATE state SET time_ms = ?').run(options.untilMs ?? askedMs);
  return made;
}

function asked(reader: History, more: { atMs?: number; to?: number; setup?: Partial<GateSetup> } = {}) {
  const { atMs = askedMs, to = 50 } = more;
  const { decision } = askHistory(reader, { ...setup, ...more.setup }, { ...asking, to }, atMs);
  const open = Object.fromEntries(
    decision.conditions
      .filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not configured')
      .map(({ id, outcome }) => [id, outcome]),
  );
  return { verdict: decision.verdict, open, decision };
}

test('a healthy watch passes, so that what follows is for its own reason', () => {
  const { verdict, open, decision } = asked(history());
  expect({ verdict, open }).toEqual({ verdict: 'pass', open: {} });
  const values = Object.fromEntries(decision.conditions.map(({ id, value }) => [id, value]));
  expect(values).toMatchObject({
    cycles: 9,
    coverage: 1,
    passRate: 1,
    errorRatio: 0,
    uptime: 1,
    errorBudget: 1,
  });
});

test('an empty history', () => {
  const { verdict, open } = asked(opened(folder(), { now: () => new Date(askedMs) }));
  expect(verdict).toBe('inconclusive');
  expect(Object.keys(open)).toEqual(
    expect.arrayContaining(['soak', 'cycles', 'coverage', 'uptime', 'sentinel']),
  );
});

test.each<[string, GreenOptions['without'], string]>([
  ['no deployment', ['deployment'], 'soak'],
  ['no cycles', ['cycles'], 'cycles'],
  ['no samples', ['samples'], 'uptime'],
  ['no schedule', ['grid'], 'coverage'],
  ['no sentinel', ['sentinel'], 'sentinel'],
  ['rules that were never judged', ['alerts'], 'alerts'],
  ['a watch that never said what it watches', ['watch'], 'target'],
])('%s is inconclusive', (_, without = [], id) => {
  const { verdict, open } = asked(history({ without }));
  expect([verdict, open[id]]).toEqual(['inconclusive', 'unknown']);
});

test('a watch that ended an hour ago', () => {
  const { verdict, open } = asked(history({ untilMs: askedMs - hour }));
  expect(verdict).toBe('inconclusive');
  expect(open).toMatchObject({ freshness: 'unknown', coverage: 'unknown', errorRatio: 'unknown' });
});

test('a watch that ended a moment ago, as its sentinel and alerts still look fresh', () => {
  const { verdict, open } = asked(history({ untilMs: askedMs - 11 * minute }));
  expect(verdict).toBe('inconclusive');
  expect(open).toMatchObject({ freshness: 'unknown', latencyP95: 'unknown' });
});

test('cycles and samples of before the deployment only', () => {
  const reader = history({ without: ['deployment', 'stage'] });
  reader.recordDeployment({ timeMs: askedMs - second, release: 'v3' });
  const { verdict, open } = asked(reader, { to: 25 });
  expect(verdict).toBe('fail');
  expect(open).toMatchObject({ soak: 'fail', cycles: 'unknown', checks: 'unknown', uptime: 'unknown' });
  expect(open).toMatchObject({ errorRatio: 'unknown', passRate: 'unknown' });
});

test('a deployment that is recorded anew takes the stages of the one before away', () => {
  const reader = history();
  reader.recordDeployment({ timeMs: askedMs - 20 * minute, release: 'v2' });
  expect(asked(reader)).toMatchObject({ verdict: 'fail', open: { order: 'fail' } });
  expect(asked(reader, { to: 25 }).decision.from).toBe(0);
});

test('another target’s evidence in the same folder', () => {
  const mixed = history({
    cycleOf: (timeMs) => (timeMs === askedMs - 25 * minute ? { targetId: 'http://other' } : {}),
  });
  expect(asked(mixed)).toMatchObject({ verdict: 'inconclusive', open: { target: 'unknown' } });
  const other = history();
  expect(asked(other, { setup: { targetId: 'http://other' } })).toMatchObject({
    verdict: 'inconclusive',
    open: { target: 'unknown', cycles: 'unknown', checks: 'unknown' },
  });
});

test('a clock that is ahead: everything is old, and the soak time proves nothing', () => {
  const atMs = askedMs + 50 * hour;
  const { verdict, open } = asked(history({}, atMs), { atMs });
  expect(verdict).toBe('inconclusive');
  expect(open).toMatchObject({
    freshness: 'unknown',
    coverage: 'unknown',
    alerts: 'unknown',
    sentinel: 'unknown',
  });
});

test('a clock that was set back: cycles, samples and states of the future', () => {
  const atMs = askedMs - 30 * minute;
  const { verdict, open, decision } = asked(history({}, askedMs), { atMs });
  expect(verdict).not.toBe('pass');
  expect(open.clock).toBe('unknown');
  const { detail } = decision.conditions.find(({ id }) => id === 'clock') ?? { detail: '' };
  expect(detail).toBe('dated after now: 5 cycles, the alerts, samples');
});

test('one cycle of the future among good ones', () => {
  const reader = history();
  reader.recordCycle({
    ...(reader.latestCycle() as never as object),
    id: 'future',
    startedMs: askedMs + hour,
    slotMs: askedMs + hour,
  } as never);
  expect(asked(reader)).toMatchObject({ verdict: 'inconclusive', open: { clock: 'unknown' } });
});

test('a deployment dated in the future is none', () => {
  const reader = history({ without: ['deployment', 'stage'] });
  reader.recordDeployment({ timeMs: askedMs + hour, release: 'v9' });
  expect(asked(reader, { to: 25 })).toMatchObject({
    verdict: 'inconclusive',
    open: { clock: 'unknown', soak: 'unknown' },
  });
});

test('only skipped checks', () => {
  const skipped = outcomes().map((check) => ({ ...check, outcome: 'skipped' as const, executed: false }));
  const all = asked(history({ cycleOf: () => ({ outcomes: skipped }) }));
  expect(all).toMatchObject({ verdict: 'inconclusive', open: { passRate: 'unknown', checks: 'unknown' } });
  const newest = asked(
    history({ cycleOf: (timeMs) => (timeMs === askedMs - 5 * minute ? { outcomes: skipped } : {}) }),
  );
  expect(newest).toMatchObject({ verdict: 'inconclusive', open: { checks: 'unknown' } });
});

test('a cycle without any check', () => {
  const { verdict, open } = asked(history({ cycleOf: () => ({ outcomes: [], verdict: 'inconclusive' }) }));
  expect([verdict, open.passRate, open.checks]).toEqual(['inconclusive', 'unknown', 'unknown']);
});

test.each<[string, string]>([
  ['sentinel', '{"state":"received"'],
  ['sentinel', '{"state":"received"}'],
  ['sentinel', '{"state":"received","atMs":"now","tookMs":1}'],
  ['sentinel', 'null'],
  ['alerts', '{"version":1,"alerts":['],
  ['alerts', '{"version":2,"alerts":{},"groups":{}}'],
  ['alerts', '{"version":1,"alerts":{"a":{}},"groups":{}}'],
  ['watch', '[]'],
  ['watch', '{"intervalMs":-1,"startedMs":0,"targetId":"http://target"}'],
])('a saved state %s that is %s', (key, json) => {
  const reader = history();
  reader.database.prepare('UPDATE state SET json = ? WHERE key = ?').run(json, key);
  // What a watch saved of itself says which target it is on.
  const condition = key === 'watch' ? 'target' : key;
  expect(asked(reader)).toMatchObject({ verdict: 'inconclusive', open: { [condition]: 'unknown' } });
});

test('a damaged confirmation takes nothing away', () => {
  const reader = history();
  reader.database.prepare("UPDATE state SET json = '{' WHERE key = 'confirmation'").run();
  expect(asked(reader).verdict).toBe('pass');
});

test('a critical alert that fires, whatever silences it', () => {
  const reader = history();
  const alert = {
    ...criticalAlert,
    mute: { kind: 'maintenance', by: 'works' },
  };
  reader.saveState('alerts', { version: 1, alerts: { f: alert }, groups: {} });
  expect(asked(reader)).toMatchObject({ verdict: 'fail', open: { alerts: 'fail' } });
  reader.saveState('alerts', {
    version: 1,
    alerts: { f: { ...alert, status: 'pending', heldMs: 0 } },
    groups: {},
  });
  const { verdict, decision } = asked(reader);
  expect([verdict, (decision.askAgainAtMs ?? 0) - askedMs]).toEqual(['inconclusive', minute]);
});

test('a failure of before the deployment is known, another one of the same check is new', () => {
  const failing = (figure: number) => ({ verdict: 'fail' as const, outcomes: outcomes([3], figure) });
  const reader = history({ cycleOf: (timeMs) => (timeMs >= askedMs - 5 * minute ? failing(0.41) : {}) });
  expect(asked(reader)).toMatchObject({ verdict: 'fail', open: { checks: 'fail' } });
  reader.saveBaseline([{ check: 'X03', fingerprint: 'another one', timeMs: deployedMs }]);
  expect(asked(reader).open.checks).toBe('fail');
});

test('a rollback under way, and one that is done', () => {
  const reader = history();
  const entry = { kind: 'flag', stage: 'announce', status: 'running', reason: 'errors' };
  reader.recordRollback({ timeMs: askedMs - 5 * minute, ...entry });
  expect(asked(reader)).toMatchObject({ verdict: 'fail', open: { rollback: 'fail' } });
  reader.recordRollback({ timeMs: askedMs - 4 * minute, ...entry, stage: 'validate', status: 'succeeded' });
  const { decision, open } = asked(reader);
  expect(open).toEqual({ rollback: 'fail' });
  expect(decision.next).toContain('record it: vigil gate --deployed RELEASE');
  // What is deployed next is not held back by it.
  reader.recordDeployment({ timeMs: askedMs - 3 * minute, release: 'v3' });
  expect(asked(reader, { to: 25 }).open).not.toHaveProperty('rollback');
});

test('a rollback in the tables of the rollback', () => {
  const reader = history();
  const insert = reader.database.prepare(
    `INSERT INTO rollback_runs (id, started_ms, type, option, status, reason, who, owner, plan)
     VALUES ('r', ?, 'git', 0, 'running', 'errors', 'carol', 'me', '{}')`,
  );
  insert.run(askedMs - minute);
  expect(asked(reader)).toMatchObject({ verdict: 'fail', open: { rollback: 'fail' } });
});

test('a service that vanished from the scrapes', () => {
  const reader = history({ jobs: ['genesis-orchestration'] });
  expect(asked(reader)).toMatchObject({ verdict: 'inconclusive', open: { uptime: 'unknown' } });
});

test('errors, slowness and an outage in the samples', () => {
  expect(asked(history({ errorRatio: 0.002 }))).toMatchObject({
    verdict: 'fail',
    open: { errorRatio: 'fail', errorBudget: 'fail' },
  });
  expect(asked(history({ latency: 0.4 }))).toMatchObject({ verdict: 'fail', open: { latencyP95: 'fail' } });
  const reader = history();
  const down = ['genesis-planner'].map((job) => ({ series: { name: 'up', labels: { job } }, value: 0 }));
  reader.recordSamples(askedMs - 20 * minute + 1, down, 'planner');
  expect(asked(reader)).toMatchObject({ verdict: 'fail', open: { uptime: 'fail' } });
});

test('a target without the counters that it should have', () => {
  const reader = history({ without: ['samples'] });
  for (let timeMs = deployedMs; timeMs <= askedMs; timeMs += 15 * second) {
    const up = setup.services.map((job) => ({ series: { name: 'up', labels: { job } }, value: 1 }));
    reader.recordSamples(timeMs, [...up, ...series(timeMs / 1000).slice(0, 1)], 'target');
  }
  expect(asked(reader)).toMatchObject({
    verdict: 'inconclusive',
    open: { errorRatio: 'unknown', latencyP95: 'unknown', errorBudget: 'unknown' },
  });
});

test('an interval that the configuration changed does not make old evidence fresh', () => {
  // The loop runs every five minutes; a schedule of an hour from another time would allow two hours.
  const reader = history({ untilMs: askedMs - 30 * minute });
  reader.saveState('watch', { intervalMs: hour, startedMs: deployedMs, url: '', pid: 1, targetId });
  expect(asked(reader)).toMatchObject({ verdict: 'inconclusive', open: { freshness: 'unknown' } });
});

test('a loop that was started long after the deployment: nothing was seen before', () => {
  const startMs = deployedMs + 45 * minute;
  const reader = history({ without: ['stage', 'grid', 'cycles'] });
  reader.beginGrid({ startMs, intervalMs: 5 * minute });
  for (let timeMs = startMs; timeMs < askedMs; timeMs += 5 * minute)
    reader.recordCycle(cycle(timeMs, { targetId }));
  takeStage(reader, 25, deployedMs + 15 * minute);
  const { verdict, open, decision } = asked(reader);
  expect([verdict, open]).toEqual([
    'inconclusive',
    { checks: 'unknown', coverage: 'unknown', gap: 'unknown' },
  ]);
  const condition = decision.conditions.find(({ id }) => id === 'gap');
  expect(condition).toMatchObject({ value: 20 * 60 });
  expect(condition?.detail).toContain('no loop was running');
});

test('a failure whose cycle was lost with others opens nothing, however short the gap is', () => {
  const failedMs = askedMs - 25 * minute;
  const reader = history({
    cycleOf: (timeMs) => (timeMs === failedMs ? { verdict: 'fail', outcomes: outcomes([3]) } : {}),
  });
  reader.database.prepare('DELETE FROM cycles WHERE slot_ms = ?').run(failedMs);
  const { verdict, open, decision } = asked(reader);
  expect([verdict, open.gap]).toEqual(['inconclusive', 'unknown']);
  expect(decision.conditions.find(({ id }) => id === 'gap')?.detail).toContain('its cycle is lost');
});

const red = { verdict: 'fail' as const, outcomes: outcomes([3]) };
const detailOf = ({ decision }: ReturnType<typeof asked>, id = 'checks') =>
  decision.conditions.find((one) => one.id === id)?.detail;

test('a check that fails every other cycle, and one that failed in all but the newest', () => {
  const lenient = {
    ...setup.table,
    passRate: { ...setup.table.passRate, slo: { operator: '>=', value: 0.9 } },
  };
  const ask = (isRed: (slot: number) => boolean, more: Partial<GateSetup> = {}) =>
    asked(history({ cycleOf: (timeMs) => (isRed((askedMs - timeMs) / (5 * minute)) ? red : {}) }), {
      setup: { table: lenient as never, ...more },
    });
  const flapping = ask((slot) => slot % 2 === 0);
  expect([flapping.verdict, flapping.open]).toEqual(['fail', { checks: 'fail' }]);
  expect(detailOf(flapping)).toContain('X03 failed 4 of 9 cycles, passing since 2026-01-05T01:05:00Z');
  expect((flapping.decision.askAgainAtMs ?? 0) - askedMs).toBe(40 * minute);
  const healed = ask((slot) => slot > 1);
  expect(detailOf(healed)).toContain('X03 failed 8 of 9 cycles');
  // What failed before the stage, and what was configured to be long enough.
  expect(ask((slot) => slot > 9).verdict).toBe('pass');
  const brief = (slot: number) => slot === 4;
  expect(ask(brief).verdict).toBe('fail');
  expect(ask(brief, { recoveryMs: 15 * minute }).verdict).toBe('pass');
  expect(ask(brief, { recoveryMs: 15 * minute + 1 }).verdict).toBe('fail');
});

test('a time to recover that is longer than the soak looks back as far', () => {
  const atMs = askedMs + 2 * hour;
  const failedMs = atMs - 55 * minute;
  const reader = history({ untilMs: atMs, cycleOf: (timeMs) => (timeMs === failedMs ? red : {}) }, atMs);
  expect(asked(reader, { atMs }).open).toEqual({});
  const { open } = asked(reader, { atMs, setup: { recoveryMs: hour } });
  expect(open).toEqual({ checks: 'fail' });
});

test('a check that is judged in the newest cycle only has not soaked', () => {
  const unknown = outcomes().map((check) =>
    check.id === 'X03' ? { ...check, outcome: 'unknown' as const } : check,
  );
  const lenient = {
    ...setup.table,
    passRate: { ...setup.table.passRate, slo: { operator: '>=', value: 0.9 } },
  };
  const ask = (sinceMs: number) =>
    asked(history({ cycleOf: (timeMs) => (timeMs < sinceMs ? { outcomes: unknown } : {}) }), {
      setup: { table: lenient as never },
    });
  const late = ask(askedMs - 5 * minute);
  expect([late.verdict, late.open]).toEqual(['inconclusive', { checks: 'unknown' }]);
  expect(detailOf(late)).toBe('X03 judged since 2026-01-05T01:05:00Z; the soak began 2026-01-05T00:25:00Z');
  expect(ask(askedMs - 30 * minute).verdict).toBe('pass');
});

test.for<[string, object]>([
  ['are green', {}],
  ['are inconclusive', { verdict: 'inconclusive', problems: ['the suite was cut off'] }],
])('a soak time that holds fewer cycles than are asked for says so where they %s', ([, more]) => {
  const reader = history({ intervalMs: 15 * minute, cycleOf: () => more });
  const many = {
    ...setup.table,
    gateCycles: { ...setup.table.gateCycles, slo: { operator: '>=', value: 4 } },
  };
  const { open, decision } = asked(reader, { setup: { table: many as never } });
  expect(open.cycles).toBe('unknown');
  expect(decision.conditions.find(({ id }) => id === 'cycles')).toMatchObject({
    detail: expect.stringMatching(/soak time of 45m holds 3 cycles at an interval of 15m, 4 are needed/),
    next: expect.stringContaining('1h 15m'),
  });
});

test('slots that were missed in the middle', () => {
  const reader = history({ cycleOf: () => ({}) });
  const missed = [4, 5, 6, 7].map((slot) => askedMs - slot * 5 * minute);
  for (const slotMs of missed) {
    reader.database.prepare('DELETE FROM slots WHERE slot_ms = ?').run(slotMs);
    reader.database.prepare('DELETE FROM cycles WHERE slot_ms = ?').run(slotMs);
  }
  const { verdict, open, decision } = asked(reader);
  expect([verdict, open]).toEqual(['inconclusive', { coverage: 'unknown', gap: 'unknown' }]);
  // The gap ended 15 minutes ago; after 45 minutes without one the soak time has passed again.
  expect((decision.askAgainAtMs ?? 0) - askedMs).toBe(45 * minute);
});

test('a passed decision on another deployment takes no stage', () => {
  const reader = history({ without: ['stage'] });
  reader.recordDecision({
    id: 'old',
    timeMs: deployedMs - hour,
    from: 0,
    to: 25,
    verdict: 'pass',
    isTaken: true,
    deployedMs: deployedMs - 2 * hour,
    release: 'v1',
    askedBy: 'x',
    via: 'command',
    times: 1,
    lastMs: deployedMs,
    body: {},
  });
  expect(asked(reader)).toMatchObject({ verdict: 'fail', open: { order: 'fail' } });
});

test('a decision that was asked and passed without taking the stage takes none', () => {
  const reader = history({ without: ['stage'] });
  const answer = askHistory(reader, setup, { ...asking, to: 25 }, askedMs);
  expect(answer.decision.verdict).toBe('pass');
  keepAnswer(reader, answer, false);
  expect(asked(reader)).toMatchObject({ verdict: 'fail', open: { order: 'fail' } });
  keepAnswer(reader, { ...answer, decision: { ...answer.decision, id: 'again' } }, true);
  expect(asked(reader).open).toMatchObject({ soak: 'fail' });
});

test('a stage that was taken a moment ago starts its evidence anew', () => {
  const reader = history({ without: ['stage'] });
  takeStage(reader, 25, askedMs - minute);
  const { verdict, open } = asked(reader);
  expect(verdict).toBe('fail');
  expect(open).toMatchObject({ soak: 'fail', cycles: 'unknown' });
});

test('the deployment’s own time counts, not a later stage’s: all at the end is not all at once', () => {
  const atMs = deployedMs + 49 * hour;
  const reader = history({ without: ['stage'] }, atMs);
  expect(takenMs).toBeLessThan(atMs);
  for (const to of [50, 100]) expect(asked(reader, { atMs, to }).open.order).toBe('fail');
});

test('cycles that can’t be believed are no evidence, however green their checks look', () => {
  const doubtful = { verdict: 'inconclusive' as const, problems: ['an error outside any check'] };
  const { verdict, open } = asked(
    history({ cycleOf: (timeMs) => (timeMs < askedMs - 6 * minute ? doubtful : {}) }),
  );
  expect([verdict, open]).toEqual(['inconclusive', { cycles: 'unknown' }]);
});

test('a baseline that was kept after the deployment excuses nothing', () => {
  const failing = outcomes([3]);
  const reader = history({ cycleOf: () => ({ verdict: 'fail', outcomes: failing }) });
  const keep = (timeMs: number) =>
    reader.saveBaseline(
      [...baselineOf(failing)].map(([check, fingerprint]) => ({ check, fingerprint, timeMs })),
    );
  keep(deployedMs - minute);
  expect(asked(reader).verdict).toBe('pass');
  keep(deployedMs + minute);
  expect(asked(reader)).toMatchObject({ verdict: 'fail', open: { checks: 'fail' } });
});

test('a watch that runs a part of the catalogue says nothing of the rest', () => {
  const signals = { passRate: 1, coverage: 12 / 36 };
  const reader = history({ cycleOf: () => ({ outcomes: outcomes().slice(0, 12), signals }) });
  const { verdict, open, decision } = asked(reader);
  expect([verdict, open]).toEqual(['inconclusive', { checks: 'unknown' }]);
  const { detail, next } = decision.conditions.find(({ id }) => id === 'checks') ?? {};
  expect(detail).toMatch(/^24 checks .*not run/);
  expect(next).toContain('--source prometheus');
});

test.each<[string, (id: string) => RecordedOutcome[]]>([
  ['taken out of the suite', (id) => outcomes().filter((check) => check.id !== id)],
  [
    'skipped because what it needs is not declared any more',
    (id) =>
      outcomes().map((check) =>
        check.id === id ? { ...check, outcome: 'skipped', executed: false } : check,
      ),
  ],
])('a check that failed, %s since, opens nothing', (_, without) => {
  const reader = history({
    cycleOf: (timeMs) =>
      timeMs < askedMs - 20 * minute
        ? { verdict: 'fail', outcomes: outcomes([3]) }
        : { outcomes: without('X03'), signals: {} },
  });
  const { verdict, open, decision } = asked(reader);
  expect([verdict, open]).toEqual(['inconclusive', { checks: 'unknown' }]);
  expect(decision.conditions.find(({ id }) => id === 'checks')?.detail).toMatch(/no longer: X03$/);
});
