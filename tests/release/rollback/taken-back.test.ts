// @module-tag git

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { targetIdOf } from '../../../src/core/config/effective.ts';
import { cycle, identity } from '../../history/cycle.ts';
import { firing } from './firing.ts';
import { hooked, until } from './hooked-loop.ts';
import { runsOf } from './runs-of.ts';
import { placeOf, type SmallDeployment, useDeployments } from './small-deployment.ts';
import { vigil } from './vigil-process.ts';

const minute = 60_000;
const deployments = useDeployments();

/** A small deployment as a service of these instances; it says v2 until another release is put there. */
function configured(
  small: SmallDeployment,
  more: object = {},
  instances?: (url: string) => string[],
): string {
  const file = small.config('git', { automatic: true, ...more });
  const { target, reports, rollback } = JSON.parse(readFileSync(file, 'utf8'));
  const url = target.orchestration;
  const api = { url, health: '/health', release: { path: '/health', json: '$.releaseId' } };
  const services = { api: { ...api, ...(instances && { instances: instances(url) }) } };
  const probes = [{ type: 'http', id: 'home', url: '/health' }];
  writeFileSync(file, JSON.stringify({ services, probes, reports, rollback }));
  return file;
}

const put = (small: SmallDeployment, release: string) =>
  writeFileSync(small.file('restarted'), `${release}\n`);
const twice = (url: string) => [url, `${url}/`];
const held = 'A rollback is due (error_ratio) and is not started: ';

/** A loop half an hour after the deployment of v2, whose cycles saw v1 before it and v2 since. */
async function watching(file: string) {
  const deployedMs = Date.now() - 30 * minute;
  const loop = await hooked(file, deployedMs);
  const targetId = targetIdOf(loop.config);
  for (const [at, release] of [
    [-5, 'v1'],
    [29, 'v2'],
  ] as const) {
    const said = { ...identity, releases: { api: [release, release] } };
    loop.history.recordCycle(cycle(deployedMs + at * minute, { targetId, identity: said }));
  }
  loop.history.saveState('alerts', firing());
  return { ...loop, hook: loop.open() };
}

type Loop = Awaited<ReturnType<typeof watching>>;

/** Evaluates until something was said of the rollback that is due. */
async function judged({ hook, said }: Loop): Promise<string> {
  for (let look = 0; look < 100 && said.length === 0; look += 1) {
    hook(firing());
    await sleep(20);
  }
  return said.join('\n');
}

test('a deployment that was taken back by hand is not rolled back, however old the cycles are', async () => {
  const small = deployments.deployment();
  const loop = await watching(configured(small, {}, twice));
  put(small, 'v1');
  expect(await judged(loop)).toBe(`${held}nothing to roll back: every instance says v1`);
  expect(runsOf(small)).toEqual([]);
  expect(placeOf(small)).toMatchObject({ release: 'v2\n' });
  // Put there once more, it is rolled back: each evaluation asks anew.
  put(small, 'v2');
  for (let look = 0; look < 100 && loop.said.length === 1; look += 1) {
    loop.hook(firing());
    await sleep(20);
  }
  expect(loop.said[1]).toMatch(/^Rolling back automatically/);
  await until(() => loop.said.some((line) => line.includes('ended: exit code 0')));
  expect(runsOf(small)).toMatchObject([{ status: 'succeeded' }]);
  loop.history.close();
});

test('by the release that the configuration goes back to, where no cycle saw one before', async () => {
  const small = deployments.deployment();
  const loop = await hooked(configured(small, { automatic: 'shadow', release: 'v1' }, twice));
  put(small, 'v1');
  expect(await judged({ ...loop, hook: loop.open() })).toContain('every instance says v1');
  loop.history.close();
});

test.for<[string, string, object, ((url: string) => string[])?]>([
  ['one instance does not answer', 'v1', {}, (url) => [url, 'http://127.0.0.1:9']],
  ['what runs was not there before: it may be the release by another name', 'f00ba4', {}, twice],
  ['nobody knows how many are behind its address', 'v1', {}],
  ['a flag is taken back, which no release tells', 'v1', { options: ['flag'] }, twice],
])('it is rolled back where %s', async ([, release, more, instances]) => {
  const small = deployments.deployment();
  const loop = await watching(configured(small, { automatic: 'shadow', ...more }, instances));
  put(small, release);
  expect(await judged(loop)).toMatch(/^Would have rolled back v2 now/);
  loop.history.close();
});

test('a person is warned in the plan, and may roll back', async () => {
  const small = deployments.deployment();
  const loop = await watching(configured(small, { automatic: false }, twice));
  loop.history.close();
  const before = await vigil(['rollback'], small.folder);
  expect([before.code, before.stderr]).toEqual([0, expect.not.stringContaining('nothing to roll back')]);
  put(small, 'v1');
  const { code, stdout, stderr } = await vigil(['rollback'], small.folder);
  expect(code).toBe(0);
  expect(stdout).toContain('Dry run');
  expect(stderr).toMatch(
    /Warning: nothing to roll back: every instance says v1.*vigil gate --deployed RELEASE/s,
  );
});
