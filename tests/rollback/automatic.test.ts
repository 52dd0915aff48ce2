import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rollbackAdvice } from '../../scripts/automatic-rollback.ts';
import { decideAutomatic, dueTriggers, type RollbackRun } from '../../src/rollback/index.ts';
import { thresholds } from '../../src/thresholds/index.ts';
import { type Alert, firing, hooked, until } from './hooked-loop.ts';
import { runsOf } from './runs-of.ts';
import { openDeployments, placeOf } from './small-deployment.ts';
import { vigil } from './vigil-process.ts';

const due = (more: Partial<Alert> = {}) => dueTriggers(firing(more), thresholds);

function run(more: Partial<RollbackRun> = {}): RollbackRun {
  const trigger = { name: 'error_ratio', episode: 'f1@301000', sinceMs: 1000, firedMs: 301_000 };
  return {
    id: 'r',
    type: 'git',
    reason: 'r',
    who: 'w',
    ...{ startedMs: 400_000, endedMs: 450_000 },
    status: 'succeeded',
    stages: [],
    trigger,
    ...more,
  };
}

describe('what calls for a rollback', () => {
  test('a firing trigger that the deployment brought, with its numbers', () => {
    expect(due()).toEqual([
      {
        name: 'error_ratio',
        episode: 'f1@301000',
        value: 0.034,
        shown: '3.4 %',
        limit: '> 1 % for 5m',
        sinceMs: 1000,
        firedMs: 301_000,
        muted: false,
      },
    ]);
  });

  test.each<[string, Partial<Alert>]>([
    ['is only pending', { status: 'pending' }],
    ['was there before the deployment', { isNew: false }],
    ['is resolved', { status: 'resolved' }],
    ['is another alert', { rule: 'HighErrorRate' }],
  ])('not what %s', (_, more) => {
    expect(due(more)).toEqual([]);
  });
});

describe('the loop', () => {
  const input = {
    ...{ automatic: true, triggers: due(), runs: [], deployedMs: undefined },
    ...{ detectionMs: { error_ratio: 630_000, pass_rate: 600_000 }, nowMs: 2_000_000 },
  };

  test('starts one for a firing trigger', () => {
    expect(decideAutomatic(input)).toMatchObject({ act: 'start', trigger: { name: 'error_ratio' } });
  });

  test('does nothing while no trigger fires', () => {
    expect(decideAutomatic({ ...input, triggers: [] })).toEqual({ act: 'nothing' });
  });

  test.each<
    [string, Partial<typeof input> & { runs?: RollbackRun[]; deployedMs?: number | undefined }, RegExp]
  >([
    ['the configuration does not say so', { automatic: false }, /is off/],
    ['one is under way', { runs: [run({ status: 'running' })] as never }, /under way/],
    [
      'one has succeeded since the deployment',
      { runs: [run()] as never, deployedMs: 399_000 as never },
      /rolled back already/,
    ],
    ['one has failed', { runs: [run({ status: 'failed' })] as never }, /rolled back already/],
    ['one was aborted by a person', { runs: [run({ status: 'aborted' })] as never }, /rolled back already/],
    [
      'planned work explains it',
      { triggers: due({ mute: { kind: 'maintenance', by: 'x' } }) },
      /planned work/,
    ],
    [
      'somebody has taken the alert',
      { triggers: due({ mute: { kind: 'acknowledged', by: 'x' } }) },
      /took the alert/,
    ],
    [
      'this episode had its rollback, settled since',
      { runs: [run({ settledMs: 500_000 })] as never },
      /episode/,
    ],
  ])('starts none when %s', (_, more, reason) => {
    expect(decideAutomatic({ ...input, ...more })).toMatchObject({
      act: 'hold',
      reason: expect.stringMatching(reason),
    });
  });

  test.each<[string, Partial<RollbackRun>]>([
    ['under way when the deployment was recorded', { endedMs: 600_000 }],
    ['settled since, and answers what fired until it ended', { settledMs: 700_000, endedMs: 600_000 }],
  ])('starts none for what is a rollback’s that was %s', (_, more) => {
    const two = due({ labels: { trigger: 'pass_rate' }, firedAtMs: 599_000 });
    const held = decideAutomatic({
      ...input,
      triggers: two,
      runs: [run(more)] as never,
      deployedMs: 500_000 as never,
    });
    expect(held.act).toBe('hold');
  });

  test('counts what began before a deployment against it only when it holds as long as a fault of its own would take to show', () => {
    const at = (nowMs: number) => decideAutomatic({ ...input, deployedMs: 200_000 as never, nowMs });
    expect(at(829_999)).toMatchObject({
      act: 'hold',
      reason: expect.stringMatching(/began before.*10m30s later/),
    });
    expect(at(830_000).act).toBe('start');
    const fresh = { ...input, triggers: due({ sinceMs: 200_001 }), deployedMs: 200_000 as never };
    expect(decideAutomatic({ ...fresh, nowMs: 301_000 }).act).toBe('start');
  });

  test('starts one again for a later deployment, and for a new episode after a person has settled the last', () => {
    expect(
      decideAutomatic({
        ...input,
        triggers: due({ sinceMs: 600_000, firedAtMs: 900_000 }),
        runs: [run()] as never,
        deployedMs: 500_000 as never,
      }).act,
    ).toBe('start');
    const later = due({ sinceMs: 600_000, firedAtMs: 900_000 });
    expect(
      decideAutomatic({ ...input, triggers: later, runs: [run({ settledMs: 500_000 })] as never }).act,
    ).toBe('start');
  });

  test('is not kept from it by an alert that is only inhibited: nobody took it', () => {
    expect(decideAutomatic({ ...input, triggers: due({ mute: { kind: 'inhibited', by: 'x' } }) }).act).toBe(
      'start',
    );
  });
});

describe('a real start', () => {
  let deployments: Awaited<ReturnType<typeof openDeployments>>;
  beforeAll(async () => {
    deployments = await openDeployments();
  });
  afterAll(() => deployments.close());

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
    expect(loop.said.at(-1)).toContain('rolled back already');
    expect(readFileSync(small.file('reports/logs/rollback.log'), 'utf8')).toContain('SUCCEEDED');
    loop.history.close();
  });

  test('one that can’t begin pages, and is not tried again and again', async () => {
    const small = deployments.deployment();
    const loop = await hooked(
      small.config('git', { automatic: true, git: { folder: small.file('nowhere') } }),
    );
    loop.history.saveState('alerts', firing());
    const hook = loop.open();
    hook(firing());
    await until(() => loop.told.length > 0);
    expect(loop.told).toMatchObject([{ alertname: 'RollbackFailed', state: 'firing', priority: 'P0' }]);
    hook(firing());
    loop.open()(firing());
    expect(loop.said.filter((line) => line.startsWith('Rolling back automatically'))).toHaveLength(1);
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
    const { config, history } = await hooked(small.config('backup'));
    expect(rollbackAdvice(config, history)('error_ratio')).toContain(
      "vigil rollback --execute --type backup --reason 'trigger error_ratio'",
    );
    history.close();
  });
});
