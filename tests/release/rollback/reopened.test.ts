// @module-tag git

import { writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { serve } from '../../../src/monitor/loop/serve.ts';
import { gateExtension } from '../../../src/release/gate/http/gate-extension.ts';
import { gateSetup } from '../../../src/release/gate/setup.ts';
import { makePlan } from '../../../src/release/rollback/make-plan.ts';
import { openJournal } from '../../../src/release/rollback/runs/journal.ts';
import { served } from '../gate/served.ts';
import { firing } from './firing.ts';
import { hooked, until } from './hooked-loop.ts';
import { runsOf } from './runs-of.ts';
import { useDeployments } from './small-deployment.ts';
import { git } from './two-releases.ts';
import { vigil } from './vigil-process.ts';

const deployments = useDeployments();

const token = 'correct-horse-battery';

/** The loop's port over its history. */
async function portOf({ config, history }: Awaited<ReturnType<typeof hooked>>) {
  const setup = gateSetup(config, 'http://genesis');
  const server = await serve(served, { host: '127.0.0.1', port: 0 }, [
    gateExtension({ history, setup, now: Date.now, token }),
  ]);
  onTestFinished(() => server.close());
  return async (route: string, body: object) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(`${server.url}${route}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };
}

test('a deployment opens the way to an automatic rollback again, recorded by command as by Flagger', async () => {
  const small = deployments.deployment();
  const loop = await hooked(small.config('git', { automatic: true }));
  const send = await portOf(loop);
  const hook = loop.open();
  const started = () => loop.said.filter((line) => line.startsWith('Rolling back automatically')).length;
  /** A fault of now, and what the loop makes of it. */
  const fault = () => {
    const state = firing({ sinceMs: Date.now(), firedAtMs: Date.now() + 1 });
    loop.history.saveState('alerts', state);
    hook(state);
  };
  const journal = openJournal(loop.history, Date.now);
  const plan = await makePlan({ config: loop.config, reason: 'r', who: 'w', tag: 't' });
  journal.begin({ id: 'first', plan, option: 0, incident: small.file('incident') });
  journal.end('first', 'succeeded', 'v1, verified');
  fault();
  expect(started()).toBe(0);
  expect(loop.said.at(-1)).toContain('rolled back already');

  expect(await vigil(['gate', '--deployed', 'v3'], small.folder)).toMatchObject({ code: 0 });
  fault();
  expect(started()).toBe(1);
  await until(() => loop.said.some((line) => line.includes('ended: exit code 0')));
  fault();
  expect(started()).toBe(1);

  git(small.file('app'), 'checkout', '-q', 'main');
  writeFileSync(small.file('restarted'), 'v2\n');
  const event = { name: 'genesis', namespace: 'prod', phase: 'Progressing', checksum: '7d9f' };
  expect(await send('/flagger/event', event)).toMatchObject({
    status: 200,
    text: expect.stringContaining('recorded as deployed: prod/genesis@7d9f'),
  });
  fault();
  expect(started()).toBe(2);
  await until(() => loop.said.filter((line) => line.includes('ended: exit code 0')).length === 2);
  expect(runsOf(small).map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  loop.history.close();
});

test('one that is recorded while a rollback runs is warned of, and stays shut like the one before', async () => {
  const small = deployments.deployment();
  const loop = await hooked(small.config('git', { automatic: true }));
  const send = await portOf(loop);
  const journal = openJournal(loop.history, Date.now);
  const plan = await makePlan({ config: loop.config, reason: 'r', who: 'w', tag: 't' });
  journal.begin({ id: 'first', plan, option: 0, incident: small.file('incident') });
  const warning = /a git rollback is under way since .* see which release is out when it has ended/;
  const { status, text } = await send('/api/deployments', { release: 'v3', by: 'ci' });
  expect(status).toBe(201);
  expect(JSON.parse(text).warning).toMatch(warning);
  const { code, stderr } = await vigil(['gate', '--deployed', 'v3'], small.folder);
  expect(code).toBe(0);
  expect(stderr).toMatch(warning);
  journal.end('first', 'succeeded', 'v1, verified');
  loop.open()(firing({ sinceMs: Date.now(), firedAtMs: Date.now() + 1 }));
  expect(loop.said.at(-1)).toContain('rolled back already');
  const { text: decision } = await send('/api/gate', { to: 25, by: 'ci' });
  const rollback = JSON.parse(decision).conditions.find(({ id }: { id: string }) => id === 'rollback');
  expect(rollback).toMatchObject({ outcome: 'fail' });
  loop.history.close();
});
