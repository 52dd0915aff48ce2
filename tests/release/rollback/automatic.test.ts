// @module-tag git

import { appendFileSync, readFileSync, renameSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RecordedOutcome } from '../../../src/history/recorded-cycle.ts';
import { type NotBegun, notBegunIn } from '../../../src/release/rollback/not-begun.ts';
import { shadowRollbacks } from '../../../src/release/rollback/runs/shadow.ts';
import { cycle, outcomes as figures } from '../../history/cycle.ts';
import { tryOut } from '../../suite/run/suite-folder.ts';
import { inOrder } from '../../support/in-order.ts';
import { firing } from './firing.ts';
import { hooked, until } from './hooked-loop.ts';
import { runsOf } from './runs-of.ts';
import { placeOf, useDeployments } from './small-deployment.ts';
import { vigil } from './vigil-process.ts';

const [one] = figures();

describe('a real start', () => {
  const deployments = useDeployments();

  /** A loop in which the pass rate calls for a rollback. */
  const calledByPassRate = async () => {
    const loop = await hooked(deployments.deployment().config('git', { automatic: true }));
    const state = firing({ labels: { alertname: 'RollbackRequired', trigger: 'pass_rate' }, value: 0.5 });
    loop.history.saveState('alerts', state);
    return { loop, state };
  };

  test('rolls back once, in a process of its own, with the trigger’s numbers; neither this loop nor the next does again', async () => {
    const small = deployments.deployment();
    const loop = await hooked(small.config('git', { automatic: true }));
    loop.history.saveState('alerts', firing());
    const hook = loop.open();
    hook(firing());
    hook(firing());
    await until(() => loop.said.some((line) => line.includes('ended: exit code 0')));
    hook(firing());
    loop.open()(firing());
    const runs = runsOf(small);
    expect(runs).toMatchObject([
      {
        status: 'succeeded',
        who: 'vigil monitor, automatically',
        trigger: { name: 'error_ratio', value: 0.034, episode: 'f1@301000' },
      },
    ]);
    expect(runs[0]?.reason).toContain('error_ratio at 3.4 %, past > 1 % for 5m');
    expect(placeOf(small)).toMatchObject({ release: 'v1\n' });
    expect(loop.said.filter((line) => line.startsWith('Rolling back automatically'))).toHaveLength(1);
    expect(loop.said.at(-1)).toContain('ended: exit code 0');
    expect(readFileSync(small.file('reports/logs/rollback.log'), 'utf8')).toContain('SUCCEEDED');
    loop.history.close();
  });

  test('waits until it can be written down, says why, and begins then', async () => {
    const small = deployments.deployment();
    let why: string | undefined = 'the disk that holds reports is full';
    const loop = await hooked(small.config('git', { automatic: true }), 1, () => why);
    loop.history.saveState('alerts', firing());
    const hook = loop.open();
    hook(firing());
    hook(firing());
    expect(loop.said).toEqual([
      expect.stringMatching(inOrder('is due (error_ratio)', 'is not started', why)),
    ]);
    expect(loop.advice('error_ratio')).toMatch(inOrder('no rollback', why, 'own tools'));
    expect(runsOf(small)).toEqual([]);
    why = undefined;
    hook(firing());
    await until(() => loop.said.some((line) => line.includes('ended: exit code 0')));
    expect(runsOf(small)).toMatchObject([{ status: 'succeeded' }]);
    loop.history.close();
  });

  test('in shadow mode says and tells once what it would have done, and what followed says whether that was right', async () => {
    const small = deployments.deployment();
    const loop = await hooked(small.config('git', { automatic: 'shadow' }));
    const hook = loop.open();
    hook(firing());
    hook(firing());
    loop.open()(firing());
    expect(runsOf(small)).toEqual([]);
    expect(placeOf(small)).toMatchObject({ release: 'v2\n' });
    expect(loop.said.filter((line) => line.startsWith('Would have rolled back v2 now'))).toHaveLength(1);
    expect(loop.told).toMatchObject([{ kind: 'change', details: { release: 'v2', trigger: 'error_ratio' } }]);
    const outcomes = () =>
      shadowRollbacks(loop.history, 0, Date.now()).map(({ release, outcome }) => ({ release, outcome }));
    expect(outcomes()).toEqual([{ release: 'v2', outcome: 'open' }]);
    const stage = {
      id: 'd',
      from: 0,
      to: 25,
      verdict: 'pass',
      isTaken: true,
      askedBy: 'ci',
      via: 'command',
    } as const;
    loop.history.recordDecision({
      ...stage,
      timeMs: Date.now(),
      deployedMs: 1,
      times: 1,
      lastMs: 1,
      body: {},
    });
    expect(outcomes()).toEqual([{ release: 'v2', outcome: 'wrong' }]);
    const byHand = await vigil(
      ['rollback', '--execute', '--type', 'git', '--reason', 'by hand'],
      small.folder,
    );
    expect(byHand.code, byHand.stderr).toBe(0);
    expect(outcomes()).toEqual([{ release: 'v2', outcome: 'right' }]);
    loop.history.close();
  });

  test('a release that can’t be taken back is refused before anything is touched, and its reason is paged', async () => {
    const small = deployments.deployment();
    const command = ['sh', '-c', 'echo the schema is at 42; exit 3'];
    const loop = await hooked(small.config('git', { automatic: true, allowedIf: { command } }));
    loop.history.saveState('alerts', firing());
    loop.open()(firing());
    await until(() => loop.told.length > 0);
    expect(JSON.stringify(loop.told)).toMatch(
      /RollbackFailed.*refused by rollback.allowedIf: the schema is at 42/,
    );
    expect(runsOf(small)).toEqual([]);
    expect(placeOf(small)).toMatchObject({ release: 'v2\n' });
    loop.history.close();
  });

  test('of several Vigils none starts one for what it sees alone, or what nobody can say', async () => {
    const small = deployments.deployment();
    const loop = await hooked(small.config('git', { automatic: 'shadow' }));
    const answers = ['only 1 of 3 probes see it, 2 must', new Error('connection refused'), undefined];
    const asked: string[] = [];
    const hook = loop.open(async (trigger) => {
      asked.push(trigger);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    });
    const would = () => loop.said.some((line) => line.startsWith('Would have rolled back v2 now'));
    for (let look = 0; look < 3; look += 1) {
      hook(firing());
      expect(would()).toBe(false);
      await until(() => asked.length === look + 1);
      await new Promise(setImmediate);
    }
    hook(firing());
    expect(would()).toBe(true);
    expect(asked).toEqual(['error_ratio', 'error_ratio', 'error_ratio']);
    expect(loop.said.filter((line) => line.includes('is not started'))).toEqual([
      'A rollback is due (error_ratio) and is not started: only 1 of 3 probes see it, 2 must',
      'A rollback is due (error_ratio) and is not started: unknown, the store can’t be asked: connection refused',
    ]);
    loop.history.close();
  });

  test('starts none for checks that never passed, and one when a check that passed before fails', async () => {
    const { loop, state } = await calledByPassRate();
    const record = (atMs: number) =>
      loop.history.recordCycle(
        cycle(atMs, {
          outcomes: (['pass', 'fail'] as const).map((outcome, index) => {
            const id = `C0${index + 1}`;
            return { ...(one as RecordedOutcome), id, title: id, outcome };
          }),
        }),
      );
    const hook = loop.open();
    record(500);
    record(600);
    hook(state);
    expect(loop.said).toEqual([
      expect.stringMatching(/not started: checks that never passed before .*: C02/),
    ]);
    loop.history.saveState('baseline-passed', ['C02']);
    record(700);
    hook(state);
    expect(loop.said.at(-1)).toMatch(/^Rolling back automatically/);
    await until(() => loop.said.some((line) => line.includes('ended: exit code 0')));
    loop.history.close();
  });

  test('starts one when a file can’t sign in whose tests passed before, and none when its tests never passed', async () => {
    const { loop, state } = await calledByPassRate();
    const outcomesOf = async (isUp: boolean) => {
      const files = {
        'pay.suite.mjs': `beforeAll(() => { if (!${isUp}) throw new Error('login answered 500'); });
          test('pays', () => {}); describe('as anna', () => { test('books', () => {}); });`,
      };
      return (await tryOut({ catalogue: undefined, files })).outcomes;
    };
    const [up, down] = [await outcomesOf(true), await outcomesOf(false)];
    expect(down.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id)).toEqual(['pay.suite.mjs']);
    const hook = loop.open();
    loop.history.recordCycle(cycle(500, { outcomes: down }));
    hook(state);
    expect(loop.said.at(-1)).toMatch(/not started: checks that never passed before .*: pay.suite.mjs$/);
    loop.history.recordCycle(cycle(600, { outcomes: up }));
    loop.history.recordCycle(cycle(700, { outcomes: down }));
    hook(state);
    expect(loop.said.at(-1)).toMatch(/^Rolling back automatically/);
    await until(() => loop.said.some((line) => line.includes('ended: exit code 0')));
    loop.history.close();
  });

  test('rolls back by the configuration that the loop has loaded, whatever its file says by then', async () => {
    const small = deployments.deployment();
    const file = small.config('git', {
      automatic: true,
      git: { folder: 'app', install: ['touch', 'node_modules'] },
    });
    const loop = await hooked(file);
    appendFileSync(file, '\nexport default {{\n');
    loop.history.saveState('alerts', firing());
    loop.open()(firing());
    await until(() => loop.said.length > 1);
    expect(loop.said[1]).toContain('ended: exit code 0');
    expect(runsOf(small)).toMatchObject([{ status: 'succeeded' }]);
    expect(placeOf(small)).toMatchObject({ release: 'v1\n' });
    expect(loop.told).toEqual([]);
    loop.history.close();
  });

  test('one that can’t begin pages once and answers no call; the advice says why, and it begins once that is mended', async () => {
    const small = deployments.deployment();
    renameSync(small.file('app'), small.file('away'));
    const loop = await hooked(small.config('git', { automatic: true }));
    loop.history.saveState('alerts', firing());
    const call = { fingerprint: 'f1', firedAtMs: 301_000 };
    const starts = () => loop.said.filter((line) => line.startsWith('Rolling back automatically')).length;
    const minuteGone = () => {
      const kept = notBegunIn(loop.history) as NotBegun;
      loop.history.saveState('rollback-not-begun', { ...kept, lastMs: kept.lastMs - 60_000 });
    };
    const hook = loop.open();
    hook(firing());
    expect(loop.answer?.(call)).toMatch(/the loop began/);
    await until(() => loop.told.length > 0);
    expect(loop.told).toMatchObject([{ alertname: 'RollbackFailed', state: 'firing', priority: 'P0' }]);
    expect(loop.answer?.(call)).toBeUndefined();
    expect(loop.advice('error_ratio')).toMatch(
      inOrder('could not begin', 'not a git working copy', 'by hand', 'again every minute'),
    );
    hook(firing());
    loop.open()(firing());
    expect(starts()).toBe(1);
    minuteGone();
    hook(firing());
    expect(starts()).toBe(2);
    expect(loop.answer?.(call)).toBeUndefined();
    await until(() => loop.said.length === 4);
    expect(loop.said[3]).toMatch(inOrder('could not begin', 'again in a minute', 'not a git working copy'));
    expect(loop.told).toHaveLength(1);
    renameSync(small.file('away'), small.file('app'));
    minuteGone();
    loop.open()(firing());
    await until(() => loop.said.some((line) => line.includes('ended: exit code 0')));
    hook(firing());
    expect(starts()).toBe(3);
    expect(runsOf(small)).toMatchObject([{ status: 'succeeded' }]);
    expect(loop.told).toMatchObject([
      { state: 'firing' },
      { alertname: 'RollbackFailed', state: 'resolved' },
    ]);
    expect(loop.advice('error_ratio')).toContain('rolled back already');
    loop.history.close();
  });

  test('the advice says why the loop does not roll back, for as long as it does not', async () => {
    const small = deployments.deployment();
    const loop = await hooked(small.config('git', { automatic: true }));
    const hook = loop.open();
    hook(firing({ mute: { kind: 'maintenance', by: 'a new switch' } }));
    expect(loop.advice('error_ratio')).toMatch(
      inOrder('does not roll back', 'planned work', 'vigil rollback --execute'),
    );
    hook(firing({ status: 'resolved' }));
    expect(loop.advice('error_ratio')).toContain('the loop rolls back automatically');
    loop.history.close();
  });

  test('what could not begin is over once nothing calls for it any more', async () => {
    const small = deployments.deployment();
    const loop = await hooked(
      small.config('git', { automatic: true, git: { folder: small.file('nowhere') } }),
    );
    loop.history.saveState('alerts', firing());
    const hook = loop.open();
    hook(firing());
    await until(() => loop.told.length > 0);
    hook(firing({ status: 'resolved' }));
    expect(loop.told).toMatchObject([{ state: 'firing' }, { state: 'resolved' }]);
    expect(loop.advice('error_ratio')).toContain('the loop rolls back automatically');
    loop.history.close();
  });

  test('one whose process died is paged once, and keeps another from starting', async () => {
    const small = deployments.deployment();
    const loop = await hooked(small.config('git', { automatic: true }));
    await vigil(['rollback', '--execute', '--reason', 'x'], small.folder, 'before rollback');
    const hook = loop.open();
    hook(firing());
    hook(firing());
    expect(loop.told).toMatchObject([{ alertname: 'RollbackInterrupted', state: 'firing' }]);
    expect(loop.said).toEqual([
      expect.stringContaining('--resume'),
      expect.stringContaining('a rollback is under way'),
    ]);
    loop.history.close();
  });

  test('the page says the command as it may be pasted', async () => {
    const small = deployments.deployment();
    const { advice, history } = await hooked(small.config('backup'));
    expect(advice('error_ratio')).toMatch(
      inOrder('vigil rollback --execute --type backup --reason', 'error_ratio'),
    );
    history.close();
  });
});
