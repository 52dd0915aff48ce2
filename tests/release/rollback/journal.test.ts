import { expect, test } from 'vitest';
import type { RollbackPlan } from '../../../src/release/rollback/plan.ts';
import { openJournal } from '../../../src/release/rollback/runs/journal.ts';
import { rollbackRuns, stageNames } from '../../../src/release/rollback/runs/run.ts';
import { folder, opened } from '../../history/folder.ts';

const trigger = { name: 'error_ratio', episode: 'f@1', sinceMs: 1, firedMs: 2 };
const step = (id: string) => ({
  id,
  title: id,
  commands: [['true']],
  action: { kind: 'announce' } as const,
});
const option = (type: 'flag' | 'git') => ({
  type,
  from: 'v2',
  to: 'v1',
  stages: stageNames.map((name, index) => ({
    name,
    budgetMs: 1000 * (index + 1),
    steps: [step(`${name}.a`)],
  })),
});
const plan: RollbackPlan = {
  version: 1,
  reason: 'errors',
  trigger,
  who: 'carol',
  escalate: 'next',
  configHash: 'c',
  options: [option('flag'), option('git')],
  unusable: [],
};

/** A journal on a real history, on a clock that goes on by a second with each look at it. */
function kept() {
  let nowMs = 0;
  const history = opened(folder());
  const journal = openJournal(history, () => {
    nowMs += 1000;
    return nowMs;
  });
  const begin = (id: string, which = 0, instead?: { id: string; detail: string }) =>
    journal.begin({ id, plan, option: which, incident: `/incidents/${id}` }, instead);
  const entries = () =>
    history.rollbacks(0, Number.MAX_SAFE_INTEGER).map(({ stage, status, note }) => [stage, status, note]);
  return { history, journal, begin, entries };
}

test('a run begins with its plan, its reason and all of its stages waiting', () => {
  const { journal, begin, entries, history } = kept();
  expect(journal.open()).toBeUndefined();
  begin('r');
  const run = {
    id: 'r',
    type: 'flag',
    reason: 'errors',
    trigger,
    who: 'carol',
    startedMs: 1000,
    status: 'running',
    incident: '/incidents/r',
    stages: stageNames.map((name, index) => ({ name, budgetMs: 1000 * (index + 1), status: 'waiting' })),
  };
  expect(journal.run('r')).toStrictEqual(run);
  expect(journal.open()).toStrictEqual({
    run,
    plan,
    alive: true,
    process: String(process.pid),
    shared: undefined,
    abortAsked: false,
  });
  expect(rollbackRuns(history, 0, 5000)).toStrictEqual([run]);
  expect(entries()).toEqual([['begin', 'running', undefined]]);
});

test('a run that a person asked for has no trigger, and keeps another out', () => {
  const { journal, begin } = kept();
  const { trigger: _, ...byHand } = plan;
  journal.begin({ id: 'r', plan: byHand, option: 1, incident: '/i' });
  expect(journal.run('r')).not.toHaveProperty('trigger');
  expect(journal.run('r').type).toBe('git');
  expect(() => begin('s')).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      hint: 'vigil rollback --abort ends it',
      message: expect.stringContaining(`another rollback is under way: process ${process.pid}`),
    }),
  );
});

test('each stage is written down with its times, what it came to, and an entry of the history', () => {
  const { journal, begin, entries } = kept();
  begin('r');
  journal.beginStage('r', 'announce');
  const stage = () => journal.run('r').stages[0];
  const startedMs = stage()?.startedMs;
  expect(stage()).toStrictEqual({ name: 'announce', budgetMs: 1000, status: 'running', startedMs });
  journal.endStage('r', 'announce', 'failed', 'nobody answers');
  expect(stage()).toMatchObject({ status: 'failed', detail: 'nobody answers', startedMs });
  expect(stage()?.endedMs).toBeGreaterThan(startedMs ?? 0);
  // Begun again it keeps its first beginning, and has not ended.
  journal.beginStage('r', 'announce');
  expect(stage()).toMatchObject({ status: 'running', startedMs });
  expect(stage()).not.toHaveProperty('endedMs');
  expect(journal.run('r').stages[1]).toStrictEqual({ name: 'drain', budgetMs: 2000, status: 'waiting' });
  expect(entries()).toEqual([
    ['begin', 'running', undefined],
    ['announce', 'running', undefined],
    ['announce', 'failed', 'nobody answers'],
    ['announce', 'running', undefined],
  ]);
});

test('each step is written down with its attempts, the process that it runs, and its end', () => {
  const { journal, begin } = kept();
  begin('r');
  expect(journal.steps('r').size).toBe(0);
  expect(journal.beginStep('r', 'drain', step('drain.a'))).toBe(1);
  journal.stepRuns('r', 'drain.a', process.pid);
  expect([...journal.steps('r')]).toStrictEqual([
    ['drain.a', { id: 'drain.a', attempts: 1, process: expect.stringContaining(String(process.pid)) }],
  ]);
  expect(journal.beginStep('r', 'drain', step('drain.a'))).toBe(2);
  expect([...journal.steps('r').values()]).toStrictEqual([{ id: 'drain.a', attempts: 2 }]);
  journal.stepRuns('r', 'drain.a', process.pid);
  journal.endStep('r', 'drain.a', 'drained');
  expect([...journal.steps('r').values()]).toStrictEqual([
    { id: 'drain.a', attempts: 2, endedMs: expect.any(Number), detail: 'drained' },
  ]);
});

test('one that did not succeed is ended in the same moment in which the next option begins', () => {
  const { journal, begin, entries, history } = kept();
  begin('r');
  begin('s', 1, { id: 'r', detail: 'git is next' });
  expect(journal.run('r')).toMatchObject({ status: 'escalated', detail: 'git is next' });
  expect(journal.open()?.run).toMatchObject({ id: 's', type: 'git', status: 'running' });
  expect(entries().map(([stage, status]) => `${stage} ${status}`)).toEqual([
    'begin running',
    'end escalated',
    'begin running',
  ]);
  // What can't begin ends nothing either.
  expect(() => begin('s', 0, { id: 's', detail: 'again' })).toThrow();
  expect(journal.run('s').status).toBe('running');
  expect(rollbackRuns(history, 0, 60_000).map(({ id }) => id)).toEqual(['r', 's']);
});

test('an abort is only asked for, an end is one', () => {
  const { journal, begin, entries } = kept();
  begin('r');
  expect(journal.abortAsked('r')).toBe(false);
  journal.askAbort('r');
  expect(journal.abortAsked('r')).toBe(true);
  expect(journal.open()).toMatchObject({ abortAsked: true, run: { status: 'running' } });
  journal.end('r', 'aborted', 'carol asked');
  expect(journal.open()).toBeUndefined();
  expect(() => journal.requireNone()).not.toThrow();
  const { endedMs } = journal.run('r');
  expect(journal.run('r')).toMatchObject({ status: 'aborted', detail: 'carol asked', endedMs });
  expect(endedMs).toBeGreaterThan(1000);
  expect(entries().at(-1)).toEqual(['end', 'aborted', 'carol asked']);
});

test('a person who settles it settles what has ended, once, and never what is under way', () => {
  const { journal, begin } = kept();
  begin('r');
  journal.end('r', 'failed', 'no use');
  begin('s');
  expect([journal.settle(), journal.settle()]).toEqual([1, 0]);
  expect(journal.run('r')).toHaveProperty('settledMs');
  expect(journal.run('s')).not.toHaveProperty('settledMs');
});

test('a run of a process that is dead keeps another one out, until somebody takes it over', () => {
  const { journal, begin, history } = kept();
  begin('r');
  // As ownerOf writes a process, here of a host that is gone.
  const dead = JSON.stringify(['a host that is gone', 4711, '1']);
  history.database.prepare('UPDATE rollback_runs SET owner = ?').run(dead);
  expect(journal.open()).toMatchObject({ alive: false, process: '4711' });
  expect(() => journal.requireNone()).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('a rollback was cut off: its process 4711 is dead'),
      hint: expect.stringMatching(/^vigil rollback --resume .*, --abort /),
    }),
  );
  journal.adopt('r');
  expect(journal.open()).toMatchObject({ alive: true, process: String(process.pid) });
  expect(() => journal.requireNone()).toThrow('another rollback is under way');
});

test('a rollback that nobody knows is a mistake of ours', () => {
  expect(() => kept().journal.run('x')).toThrow('there is no rollback x');
});

test('of a range those are told that were under way in it, oldest first', () => {
  const { journal, begin, history } = kept();
  begin('b');
  journal.end('b', 'failed', 'no use');
  begin('a');
  const [first, second] = [journal.run('b'), journal.run('a')];
  const endedMs = first.endedMs ?? 0;
  const between = (fromMs: number, toMs: number) => rollbackRuns(history, fromMs, toMs).map(({ id }) => id);
  expect(between(0, 1e9)).toEqual(['b', 'a']);
  expect(between(0, first.startedMs)).toEqual(['b']);
  expect(between(0, first.startedMs - 1)).toEqual([]);
  expect(between(endedMs, second.startedMs - 1)).toEqual(['b']);
  expect(between(endedMs + 1, second.startedMs)).toEqual(['a']);
  expect(between(1e9, 1e9)).toEqual(['a']);
});
