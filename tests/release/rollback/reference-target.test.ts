// @module-tag git

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runsOf } from './runs-of.ts';
import { type TwoReleases, twoReleases } from './two-releases.ts';
import { vigil } from './vigil-process.ts';

let two: TwoReleases;
beforeAll(async () => {
  two = await twoReleases('git', 'release');
  writeFileSync(path.join(two.folder, 'vigil.config.json'), JSON.stringify(two.config));
  two.start();
});
afterAll(() => two.stop());

const file = (name: string) => path.join(two.folder, name);
const health = async () => {
  const answer = await fetch(`http://127.0.0.1:${two.port}/health`);
  return ((await answer.json()) as { releaseId: string }).releaseId;
};

describe('on the reference target, its second release failing one operation in ten', () => {
  test('the flag is switched for real, and does not help: the SLO checks stay red, and say so', async () => {
    expect(await health()).toBe('v2');
    const { code, stderr } = await vigil(
      ['rollback', '--execute', '--type', 'flag', '--reason', 'errors'],
      two.folder,
    );
    expect(stderr).toContain('20 of 20 targeting keys get “off”');
    expect(stderr).toMatch(/still red .*not the cause: .*(H\d\d|S03)/);
    expect(code).toBe(1);
    expect(await health()).toBe('v2');
  });

  test('the release before is checked out, restarted, verified by the health checks and validated by the SLO checks', async () => {
    const { code, stderr } = await vigil(
      ['rollback', '--execute', '--type', 'git', '--reason', 'errors'],
      two.folder,
    );
    expect(stderr).toContain('SUCCEEDED: v1');
    expect(code).toBe(0);
    expect(await health()).toBe('v1');
    const runs = runsOf({ file });
    expect(runs.map(({ type, status }) => [type, status])).toEqual([
      ['flag', 'failed'],
      ['git', 'succeeded'],
    ]);
    expect(runs[1]?.stages.find(({ name }) => name === 'rollback')?.detail).toContain('done: v1, healthy');
  });
});
