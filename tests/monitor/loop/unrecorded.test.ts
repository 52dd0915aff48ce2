// @module-tag root

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openHistory } from '../../../src/history/open-history.ts';
import { inOrder } from '../../support/in-order.ts';
import { fillDisk, smallDisk } from '../../support/small-disk.ts';
import { smallTarget, startSmallLoop, until } from './small-loop.ts';

interface Told {
  status: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  key: string;
}

/** A receiver of webhooks, with everything that it was told. */
async function webhookReceiver(): Promise<{ url: string; told: Told[] }> {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const key = String(request.headers['idempotency-key']);
    for (const alert of JSON.parse(body).alerts) told.push({ ...alert, key });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, told };
}

/** A suite of one case, which fails while the file `red` is there. */
const suite = `
const { existsSync, writeFileSync } = require('node:fs');
const failure = existsSync('red') ? '<failure message="expected 500 to be 201"/>' : '';
writeFileSync(process.argv[1], '<testsuite name="s" tests="1"><testcase name="one" classname="c">' + failure + '</testcase></testsuite>');
`;

/** A loop that tells a receiver, whose reports are on a small disk of their own. */
async function watchOnSmallDisk() {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-unrecorded-'));
  const reports = path.join(folder, 'reports');
  const disks = mkdtempSync(path.join(tmpdir(), 'vigil-disk-'));
  onTestFinished(() => rmSync(disks, { recursive: true, force: true }));
  symlinkSync(smallDisk(path.join(disks, 'disk'), 6144), reports);
  const before = openHistory({ file: path.join(reports, 'vigil.sqlite') });
  before.recordDeployment({ timeMs: Date.now() - 60_000, release: 'v2' });
  before.close();
  const receiver = await webhookReceiver();
  const config = {
    target: { orchestration: await smallTarget() },
    suite: { command: [process.execPath, '-e', suite, '{junit}'] },
    sampleInterval: '1s',
    monitoring: { timeScale: 0.1 },
    notifications: { channels: [{ type: 'webhook', url: receiver.url }, { type: 'console' }] },
    thresholds: { passRate: { rollback: { value: 0.95, forSeconds: 1 } } },
    rollback: { automatic: true, options: ['git'], git: { folder }, commands: { restart: ['true'] } },
  };
  const loop = await startSmallLoop(config, ['--interval', '2s'], {}, folder);
  const status = async () => JSON.parse((await loop.get('/api/status')).text);
  await until(async () => (await status()).lastCycle?.verdict === 'pass', loop.said);
  const toldOf = (alertname: string, state: string) =>
    receiver.told.filter(({ status: one, labels }) => one === state && labels.alertname === alertname);
  const isTold = (alertname: string, state: string) =>
    until(() => toldOf(alertname, state).length > 0, loop.said);
  return { folder, reports, loop, status, toldOf, isTold, told: receiver.told };
}

test('a loop on a full disk tells people so, and what fails meanwhile, each once; the headline names the disk', async () => {
  const { folder, reports, loop, status, toldOf, isTold, told } = await watchOnSmallDisk();
  const filler = fillDisk(reports);
  await isTold('WatchNotRecording', 'firing');
  const [first] = toldOf('WatchNotRecording', 'firing');
  expect(first?.labels).toMatchObject({ severity: 'critical' });
  expect(first?.annotations.summary).toMatch(inOrder('cannot record', reports, 'full'));
  expect(first?.annotations.description).toMatch(inOrder('alert', 'gate', 'rollback'));
  expect(first?.annotations.next).toMatch(inOrder('free space', reports));
  expect(loop.said()).toMatch(/\[FIRING\] P1 WatchNotRecording/);

  // The page is made anew once a second.
  await until(async () => /cannot record/.test((await status()).headline.text), loop.said);
  const blind = await status();
  expect(blind.headline.text).toMatch(inOrder('cannot record', reports, 'full'));
  expect(blind.verdict).toBe('inconclusive');
  expect(blind.recording).toMatchObject({ ok: false, failure: 'full' });
  expect(blind.trust.reasons.join('\n')).toMatch(inOrder(reports, 'is full'));

  // The history goes on for a while within the log that it has.
  await loop.untilSaid(/samples could not be recorded: .*is full/);
  writeFileSync(path.join(folder, 'red'), '');
  await isTold('HealthCheckFailed', 'firing');
  await loop.untilSaid(/A rollback is due \(pass_rate\) and is not started: .*is full/);
  // The test that fails holds the rollout, and comes second.
  expect((await status()).headline.text).toMatch(inOrder('cannot record', reports, 'full'));

  rmSync(filler);
  await isTold('WatchNotRecording', 'resolved');
  expect(await status()).toMatchObject({ recording: { ok: true } });
  rmSync(path.join(folder, 'red'));
  await isTold('HealthCheckFailed', 'resolved');
  expect(told.map(({ key }) => key)).toEqual([...new Set(told.map(({ key }) => key))]);
  expect(toldOf('WatchNotRecording', 'firing')).toHaveLength(1);
  expect(toldOf('HealthCheckFailed', 'firing')).toHaveLength(1);
});
