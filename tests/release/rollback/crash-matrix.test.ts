// @module-tag git

import { beforeAll, describe, expect, test } from 'vitest';
import { type RollbackType, rollbackTypes, stageNames } from '../../../src/release/rollback/runs/run.ts';
import { runsOf } from './runs-of.ts';
import { placeOf, useDeployments } from './small-deployment.ts';
import { vigil } from './vigil-process.ts';

const deployments = useDeployments();
/** Where a rollback that nobody disturbs ends, by type. */
const ends = new Map<RollbackType, Record<string, unknown>>();

const execute = ['rollback', '--execute', '--reason', 'a test'];

beforeAll(async () => {
  await Promise.all(
    rollbackTypes.map(async (type) => {
      const deployment = deployments.deployment();
      deployment.config(type);
      const { code, stderr } = await vigil(execute, deployment.folder);
      expect(stderr).toContain('SUCCEEDED');
      expect(code).toBe(0);
      ends.set(type, placeOf(deployment));
    }),
  );
});

/** The steps of the third stage that change something, each killed after it acted and before that was journaled. */
const acts: Record<RollbackType, string[]> = {
  flag: ['rollback.set'],
  git: ['rollback.checkout', 'rollback.install'],
  backup: ['rollback.extract', 'rollback.swap', 'rollback.start'],
  database: ['rollback.restore', 'rollback.swap'],
};

/** Only the third stage differs by type, and those beside it find what it left: all five are killed for one of them. */
const stagesOf = (type: RollbackType) => (type === 'git' ? stageNames : (['rollback', 'verify'] as const));

const matrix = rollbackTypes.flatMap((type) => [
  ...stagesOf(type).flatMap((stage) => [
    { type, kill: `before ${stage}` },
    { type, kill: `after ${stage}` },
  ]),
  ...acts[type].map((step) => ({ type, kill: `acted ${step}` })),
]);

describe('the four types end where they must', () => {
  test('flag: everybody gets the safe variant, everything else stays as it was', () => {
    const { flags } = JSON.parse(String(ends.get('flag')?.flags));
    expect(flags.wanted).toEqual({
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      metadata: { owner: 'us', rolloutPercentage: 0 },
    });
    expect(flags.other).toMatchObject({ defaultVariant: 'b', targeting: { if: [true, 'a'] } });
    expect(ends.get('flag')).toMatchObject({
      live: 'v2\n',
      release: 'v2\n',
      database: ['after the deployment'],
    });
  });

  test('git: the commit of the tag before, without local changes, installed and restarted', () => {
    expect(ends.get('git')).toMatchObject({ release: 'v1\n', status: '', stashes: '', live: 'v2\n' });
    expect(ends.get('git')?.app).toEqual(['.git', 'node_modules', 'package-lock.json', 'release.txt']);
    expect(ends.get('git')?.names).toContain('restarted');
  });

  test('backup: the archive in the place of the release, the old one kept, nothing left over', () => {
    expect(ends.get('backup')).toMatchObject({ live: 'v1\n', kept: ['v2\n'], release: 'v2\n' });
    expect(ends.get('backup')?.names).not.toContain('live.vigil-TAG');
  });

  test('database: the dump in the place of the database, the old one kept and readable', () => {
    expect(ends.get('database')).toMatchObject({
      database: ['before the deployment'],
      kept: [['after the deployment']],
    });
  });
});

describe('kill -9, then --resume, ends in the same place', { concurrent: true }, () => {
  test.each(matrix)('$type, killed $kill', async ({ type, kill }) => {
    const deployment = deployments.deployment();
    deployment.config(type);
    const killed = await vigil(execute, deployment.folder, kill);
    expect(killed.signal).toBe('SIGKILL');
    expect(runsOf(deployment).map(({ status }) => status)).toEqual(['running']);
    const resumed = await vigil(['rollback', '--resume'], deployment.folder);
    expect(resumed.stderr).toContain('SUCCEEDED');
    expect(resumed.code).toBe(0);
    expect(placeOf(deployment)).toEqual(ends.get(type));
    const [run, ...others] = runsOf(deployment);
    expect(others).toEqual([]);
    expect(run?.status).toBe('succeeded');
    expect(run?.stages.map(({ status }) => status)).toEqual(Array(5).fill('done'));
  });
});
