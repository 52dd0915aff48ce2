// @module-tag prometheus

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPrometheus } from '../../../fixtures/range/prometheus.ts';
import { freePort, type ServerProcess } from '../../../fixtures/range/spawn-server.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { openHistory } from '../../../src/history/open-history.ts';
import { answerOn } from '../../../src/release/gate/gate.ts';
import { prometheusEvidence } from '../../../src/release/gate/prometheus/prometheus-evidence.ts';
import { gateSetup } from '../../../src/release/gate/setup.ts';
import { failureOf } from '../../clients/servers.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-store-'));
const ledger = openHistory({ file: path.join(folder, 'vigil.sqlite') });
const setup = gateSetup(validateConfig({}, 'a test'), 'http://target');
const hourMs = 3_600_000;
let prometheus: ServerProcess;

beforeAll(async () => {
  ledger.recordDeployment({ timeMs: Date.now() - hourMs, release: 'v2' });
  // It works, scrapes nothing, and has no rules.
  prometheus = await startPrometheus(path.join(folder, 'prometheus'), {});
});
afterAll(async () => {
  await prometheus?.stop();
  ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const evidence = (url: string) => prometheusEvidence(ledger, { url, quorum: 1 }, setup, 25, Date.now());

test('a store that holds nothing proves nothing: no figure, no alerts, and no pass', async () => {
  const found = await evidence(prometheus.url);
  expect(found.recorded).toMatchObject({
    targetId: 'http://target',
    watchedTargetId: undefined,
    intervalMs: undefined,
    newest: undefined,
    alerts: undefined,
    sentinel: undefined,
    cycles: { pass: 0, fail: 0, inconclusive: 0 },
  });
  expect(found.recorded.passRate).toBeUndefined();
  expect(found.recorded.coverage.observed).toBe(0);
  expect(found.signals.live.errorRatio).toBeUndefined();
  expect(found.signals.uptime.every(({ scrapes }) => scrapes === 0)).toBe(true);

  const { decision } = answerOn(found, setup, { to: 25, askedBy: 'a test', via: 'command' });
  expect(decision.verdict).toBe('inconclusive');
  const passed = decision.conditions.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id);
  // What the ledger itself knows, and that nothing in it is dated after now.
  expect(passed.toSorted()).toEqual(['clock', 'order', 'rollback', 'soak']);
});

test('a store that is not there is an error, never an empty answer', async () => {
  const thrown = await failureOf(evidence(`http://127.0.0.1:${await freePort()}`));
  expect(thrown.code).toBe('TARGET_UNREACHABLE');
});
