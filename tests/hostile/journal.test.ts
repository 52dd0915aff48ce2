// @module-tag git

import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { openLastingHistory } from '../../src/history/lasting-history.ts';
import { type RollbackPlan, readPlan, wholeOption } from '../../src/release/rollback/plan.ts';
import { openJournal } from '../../src/release/rollback/runs/journal.ts';
import { runsOf } from '../release/rollback/runs-of.ts';
import { type SmallDeployment, useDeployments } from '../release/rollback/small-deployment.ts';
import { vigil } from '../release/rollback/vigil-process.ts';

const deployments = useDeployments();
let small: SmallDeployment;
let stored: string;

/** A rollback that was cut off by a kill after it was stored and before anything was brought back. */
beforeAll(async () => {
  small = deployments.deployment();
  small.config('flag');
  await vigil(['rollback', '--execute', '--reason', 'a test'], small.folder, 'before rollback');
  stored = journaled((database) => String(database.prepare('SELECT plan FROM rollback_runs').get()?.plan));
});

function journaled<T>(act: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path.join(small.file('reports'), 'vigil.sqlite'));
  try {
    return act(database);
  } finally {
    database.close();
  }
}

const changed = (change: (stages: RollbackPlan['options'][number]['stages']) => void): string => {
  const plan = readPlan(stored);
  change(plan?.options[0]?.stages ?? []);
  return JSON.stringify(plan);
};

test('a stored plan that nobody changed is whole', () => {
  expect(wholeOption(readPlan(stored), 'flag')?.stages).toHaveLength(5);
});

test.each<[string, () => string]>([
  ['no stages', () => changed((stages) => stages.splice(0))],
  ['one stage less', () => changed((stages) => stages.splice(3, 1))],
  ['a stage more', () => changed((stages) => stages.push(...stages.slice(0, 1)))],
  ['another order', () => changed((stages) => stages.reverse())],
  [
    'nothing that proves',
    () => changed((stages) => void stages.find(({ name }) => name === 'verify')?.steps.splice(0)),
  ],
  [
    'nothing that proves which release runs',
    () =>
      changed((stages) => {
        const stage = stages.find(({ name }) => name === 'rollback');
        if (stage) stage.steps = stage.steps.filter(({ action }) => action.kind !== 'prove');
      }),
  ],
  ['a budget that is none', () => changed((stages) => void Object.assign(stages[2] ?? {}, { budgetMs: -1 }))],
  ['only its beginning', () => stored.slice(0, 200)],
  ['no object', () => '[]'],
  ['no options', () => '{"options":[null]}'],
])('a stored plan with %s is not', (_, change) => {
  expect(wholeOption(readPlan(change()), 'flag')).toBeUndefined();
});

test('the journal of a loop goes on in the new database when the old one is taken away', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-journal-'));
  const file = path.join(folder, 'vigil.sqlite');
  const history = openLastingHistory({ file, onRenewed: () => {} });
  onTestFinished(() => {
    history.close();
    rmSync(folder, { recursive: true });
  });
  const journal = openJournal(history, Date.now);
  expect(journal.open()).toBeUndefined();
  renameSync(file, `${file}.away`);
  expect(await history.check()).toBe(true);
  expect(journal.open()).toBeUndefined();
  journal.begin({ id: 'r', plan: readPlan(stored) as RollbackPlan, option: 0, incident: folder });
  expect(journal.open()?.run.id).toBe('r');
});

test.each(['', 'x', '[]', '["host",0,""]', '["host",-1,""]', '{"0":"host"}'])(
  'a rollback of which nobody can tell whether it runs (%j) is refused in words, and none is begun beside it',
  async (owner) => {
    const before = journaled((database) =>
      String(database.prepare('SELECT owner FROM rollback_runs').get()?.owner),
    );
    journaled((database) => database.prepare('UPDATE rollback_runs SET owner = ?').run(owner));
    onTestFinished(() => {
      journaled((database) => database.prepare('UPDATE rollback_runs SET owner = ?').run(before));
    });
    const { code, stderr } = await vigil(['rollback', '--execute', '--reason', 'again'], small.folder);
    expect(code).toBe(70);
    expect(stderr).toContain(`what should name a process is ${JSON.stringify(owner)}`);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(runsOf(small)).toHaveLength(1);
  },
);

test('a rollback whose stored plan would do nothing does not succeed: a person must continue', async () => {
  journaled((database) =>
    database.prepare('UPDATE rollback_runs SET plan = ?').run(changed((stages) => stages.splice(0))),
  );
  const { code, stderr } = await vigil(['rollback', '--resume'], small.folder);
  expect({ code, status: runsOf(small)[0]?.status }).toEqual({ code: 70, status: 'escalated' });
  expect(stderr).toMatch(/stored plan .*damaged: nothing .*done/);
});
