import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { labelFingerprint } from '../../../src/core/labels/fingerprint.ts';
import { startProgram } from '../../clients/servers.ts';

const labelSets = [
  { alertname: 'HighErrorRate', severity: 'critical', priority: 'P1', signal: 'error_ratio' },
  { signal: 'check', alertname: 'HealthCheckFailed', check: 'H01' },
  { alertname: 'Ünïcode 🚨', check: 'a"b\\c\nd' },
  { alertname: 'X', z: '1', Z: '2', _: '3', a: '' },
];

test('a fingerprint is the one that a real Alertmanager gives to the same labels', {
  tags: ['prometheus-alertmanager'],
}, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vigil-fingerprint-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const config = path.join(folder, 'alertmanager.yml');
  await writeFile(config, 'route: { receiver: none }\nreceivers: [{ name: none }]\n');
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${config}`,
    `--storage.path=${folder}/data`,
    `--web.listen-address=${new URL(url).host}`,
    '--cluster.listen-address=',
  ];
  const { stop } = await startProgram('prometheus-alertmanager', args, `${url}/-/ready`);
  onTestFinished(stop);
  const body = JSON.stringify(labelSets.map((labels) => ({ labels })));
  const headers = { 'content-type': 'application/json' };
  const posted = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body });
  expect(posted.status).toBe(200);
  const answer = await fetch(`${url}/api/v2/alerts`);
  const alerts = (await answer.json()) as { fingerprint: string; labels: Record<string, string> }[];
  expect(alerts).toHaveLength(labelSets.length);
  for (const { fingerprint, labels } of alerts) expect.soft(labelFingerprint(labels)).toBe(fingerprint);
  expect(alerts.map(({ fingerprint }) => fingerprint).sort()).toEqual(labelSets.map(labelFingerprint).sort());
});

test('the order of labels and an empty one play no part', () => {
  expect(labelFingerprint({ a: '1', b: '2' })).toBe(labelFingerprint({ b: '2', a: '1', c: '' }));
  expect(labelFingerprint({ a: '1', b: '2' })).not.toBe(labelFingerprint({ a: '12', b: '' }));
});
