// @module-tag git

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RollbackInput } from '../../../src/core/config/rollback.ts';
import type { RollbackType, StageName } from '../../../src/release/rollback/runs/run.ts';
import { runsOf } from './runs-of.ts';
import { placeOf, type SmallDeployment, useDeployments } from './small-deployment.ts';
import { startVigil, vigil } from './vigil-process.ts';

const deployments = useDeployments();

const execute = ['rollback', '--execute', '--reason', 'a test'];

async function until(what: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (what()) return;
    await sleep(50);
  }
  throw new Error('it never came');
}

/** The stage that runs now; none either while the history is only being begun. */
function stageOf(small: SmallDeployment): StageName | undefined {
  try {
    return runsOf(small)[0]?.stages.find(({ status }) => status === 'running')?.name;
  } catch {
    return undefined;
  }
}

/** What keeps a rollback in a stage until it is ended. */
const holds: Record<StageName, (small: SmallDeployment) => Partial<RollbackInput>> = {
  announce: () => ({}),
  drain: (small) => ({
    commands: { drain: ['sleep', '300'], undrain: ['touch', small.file('undrained')], restart: ['true'] },
  }),
  rollback: (small) => ({
    commands: {
      stop: ['touch', small.file('stopped')],
      start: ['sh', '-c', `test -e ${small.file('held')} || { touch ${small.file('held')}; sleep 300; }`],
    },
  }),
  verify: () => ({ verify: { settle: '5m' } }),
  validate: (small) => ({
    validate: { suite: { command: ['sh', '-c', 'sleep 300', 'sh', '{junit}'], cwd: small.folder } },
  }),
};

/** Names that holding itself makes. */
const made = ['held', 'stopped', 'undrained', 'restarted', 'told.jsonl'];
const cleaned = (small: SmallDeployment) => {
  const place = placeOf(small);
  return {
    ...place,
    names: (place.names as string[]).filter((name) => !made.includes(name)),
    app: (place.app as string[]).filter((name) => name !== 'node_modules'),
  };
};

describe('--abort', { concurrent: true }, () => {
  const stages: [StageName, RollbackType][] = [
    ['drain', 'git'],
    ['rollback', 'git'],
    ['rollback', 'backup'],
    ['rollback', 'database'],
    ['verify', 'git'],
    ['validate', 'database'],
  ];
  test.each(stages)(
    'in the stage %s of a %s rollback leaves the old place or the new one, whole',
    async (stage, type) => {
      const small = deployments.deployment();
      const untouched = cleaned(small);
      small.config(type, holds[stage](small));
      const running = startVigil(execute, small.folder);
      await until(() => stageOf(small) === stage && (stage !== 'rollback' || existsSync(small.file('held'))));
      const aborted = await vigil(['rollback', '--abort'], small.folder);
      expect(aborted.stderr).toContain(`ABORTED: aborted in the stage ${stage}`);
      expect(aborted.code).toBe(0);
      expect((await running.ended).code).toBe(2);
      expect(runsOf(small)[0]).toMatchObject({ status: 'aborted' });
      expect(existsSync(small.file('reports/rollback.lock'))).toBe(false);
      if (stage === 'verify') expect(placeOf(small)).toMatchObject({ release: 'v1\n' });
      else if (stage === 'validate')
        expect(placeOf(small)).toMatchObject({ database: ['before the deployment'] });
      else expect(cleaned(small)).toEqual(untouched);
      if (stage === 'drain') expect(existsSync(small.file('undrained'))).toBe(true);
    },
  );

  test('while everybody is told, the service was not touched', async () => {
    const small = deployments.deployment();
    const untouched = cleaned(small);
    small.config('git', {}, {});
    const config = JSON.parse(readFileSync(small.file('vigil.config.json'), 'utf8'));
    // Nobody listens there: the announcement waits for its receiver as long as it may.
    config.notifications = { channels: [{ type: 'webhook', url: 'http://127.0.0.1:9' }] };
    writeFileSync(small.file('vigil.config.json'), JSON.stringify(config));
    const running = startVigil(execute, small.folder);
    await until(() => stageOf(small) === 'announce');
    await vigil(['rollback', '--abort'], small.folder);
    await running.ended;
    expect(runsOf(small)[0]?.status).toBe('aborted');
    expect(cleaned(small)).toEqual(untouched);
  });

  test.each<[RollbackType, string]>([
    ['flag', 'acted rollback.set'],
    ['git', 'acted rollback.checkout'],
    ['backup', 'acted rollback.swap'],
    ['database', 'acted rollback.swap'],
  ])('of a %s rollback whose process died (%s) takes it back', async (type, kill) => {
    const small = deployments.deployment();
    const untouched = cleaned(small);
    small.config(type);
    expect((await vigil(execute, small.folder, kill)).signal).toBe('SIGKILL');
    expect(cleaned(small)).not.toEqual(untouched);
    const { code, stderr } = await vigil(['rollback', '--abort'], small.folder);
    expect(stderr).toContain('ABORTED');
    expect(code).toBe(0);
    expect(cleaned(small)).toEqual(untouched);
  });
});

/** The shells that would end a command when its runner is gone. */
const guardsOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number)
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('vigil-guard'));

describe('a rollback that is under way', { concurrent: true }, () => {
  test('keeps a second one out, and names its process', async () => {
    const small = deployments.deployment();
    small.config('git', holds.verify(small));
    const running = startVigil(execute, small.folder);
    await until(() => stageOf(small) === 'verify');
    for (const args of [execute, ['rollback', '--resume']]) {
      const { code, stderr } = await vigil(args, small.folder);
      expect(code).toBe(64);
      expect(stderr).toContain(`process ${running.child.pid}`);
    }
    expect(runsOf(small)).toHaveLength(1);
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.ended;
    expect(code).toBe(2);
    expect(stderr).toContain('--resume continues');
    expect(runsOf(small)[0]?.status).toBe('running');
  });

  test('keeps one out that is resumed or begun in another container, and ends when that asks for it', {
    tags: ['root'],
  }, async () => {
    const small = deployments.deployment();
    small.config('git', holds.verify(small));
    const running = startVigil(execute, small.folder);
    await until(() => stageOf(small) === 'verify');
    const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
    const elsewhere = (args: string[]) => startVigil(args, small.folder, undefined, unshare).ended;
    const resumed = await elsewhere(['rollback', '--resume']);
    expect(resumed.code).toBe(64);
    expect(resumed.stderr).toContain(
      `another rollback is under way: process ${running.child.pid} in another`,
    );
    const second = await elsewhere(execute);
    expect(second).toMatchObject({ code: 64, stderr: expect.stringContaining('is under way') });
    const aborted = await elsewhere(['rollback', '--abort']);
    expect(aborted).toMatchObject({ code: 0, stderr: expect.stringContaining('ABORTED') });
    expect((await running.ended).code).toBe(2);
    expect(runsOf(small).map(({ status }) => status)).toEqual(['aborted']);
  });

  test('is not begun anew while a dead one waits, and not resumed under another configuration', async () => {
    const small = deployments.deployment();
    small.config('git');
    await vigil(execute, small.folder, 'after drain');
    const again = await vigil(execute, small.folder);
    expect(again.code).toBe(64);
    expect(again.stderr).toMatch(/cut off: .*process \d+ is dead[\s\S]*--resume/);
    // Nor is a plan shown of a place that is half-way between two releases.
    const shown = await vigil(['rollback'], small.folder);
    expect(shown).toMatchObject({ code: 64, stderr: expect.stringContaining('was cut off') });
    small.config('git', { commands: { restart: ['touch', 'another'] } });
    // A process reads a configuration once, so these need their own.
    const resume = () => startVigil(['rollback', '--resume'], small.folder).ended;
    const changed = await resume();
    expect(changed.code).toBe(64);
    expect(changed.stderr).toMatch(/configuration is not .*planned with/);
    small.config('git');
    expect((await resume()).code).toBe(0);
  });

  test('killed while a command runs, and its guard too, its orphan is ended before the command runs again', async () => {
    const small = deployments.deployment();
    const script = `if test -e ${small.file('pid')}; then cp ${small.file('app/release.txt')} ${small.file('restarted')}; else echo $$ > ${small.file('pid')}; sleep 300; fi`;
    small.config('git', { commands: { restart: ['sh', '-c', script] } });
    const running = startVigil(execute, small.folder);
    await until(() => existsSync(small.file('pid')));
    for (const guard of guardsOf(running.child.pid ?? 0)) process.kill(guard, 'SIGKILL');
    running.child.kill('SIGKILL');
    await running.ended;
    const orphan = readFileSync(small.file('pid'), 'utf8').trim();
    const isAlive = () =>
      existsSync(`/proc/${orphan}/stat`) && !/\) Z /.test(readFileSync(`/proc/${orphan}/stat`, 'utf8'));
    expect(isAlive()).toBe(true);
    const { code } = await vigil(['rollback', '--resume'], small.folder);
    expect(code).toBe(0);
    expect(isAlive()).toBe(false);
    expect(existsSync(small.file('restarted'))).toBe(true);
  });
});

test.each<[string[], RegExp]>([
  [['rollback', '--execute'], /--execute requires --reason or --trigger/],
  [['rollback', '--type', 'magic'], /invalid --type "magic": expected flag, git/],
  [['rollback', '--execute', '--abort'], /--execute and --abort exclude each other/],
  [['rollback', '--resume'], /there is no rollback to resume/],
  [['rollback', '--abort'], /no rollback is under way/],
  [['rollback', '--execute', '--trigger', 'error_ratio'], /the trigger error_ratio does not fire/],
])('%j is refused in a sentence', async (args, says) => {
  const small = deployments.deployment();
  small.config('git');
  const { code, stderr } = await vigil(args, small.folder);
  expect(code).toBe(64);
  expect(stderr).toMatch(says);
});
