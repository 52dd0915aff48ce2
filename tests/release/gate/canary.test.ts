import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startGenesis } from '../../../fixtures/genesis/start.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { scrapeAll } from '../../../src/monitor/loop/scrape.ts';
import { decide } from '../../../src/release/gate/decide.ts';
import type { GateEvidence } from '../../../src/release/gate/evidence.ts';
import { answerOn } from '../../../src/release/gate/gate.ts';
import { gateEvidence } from '../../../src/release/gate/gate-evidence.ts';
import { folder, opened } from '../../history/folder.ts';
import { askedMs, asking, greenEvidence, minute, recordGreen, second, series, setup } from './green.ts';

type Canary = NonNullable<GateEvidence['signals']['canary']>;

/** Deterministic figures around a middle, as intervals of a busy service. */
const around = (middle: number, spread: number, count: number, seed = 1) =>
  Array.from(
    { length: count },
    (_, index) => middle + spread * (((index * 7919 + seed * 104_729) % 101) / 50 - 1),
  );

function compared(change: (canary: Canary) => void, from = 25) {
  const evidence = greenEvidence();
  const canary: Canary = {
    intervalMs: minute,
    baseline: { version: 'v1', operations: 16_000, errors: 0, latencies: around(0.045, 0.004, 45) },
    canary: { version: 'v2', operations: 5400, errors: 0, latencies: around(0.045, 0.004, 45, 2) },
  };
  change(canary);
  evidence.signals = { ...evidence.signals, canary };
  if (from === 0) evidence.recorded = { ...evidence.recorded, taken: [] };
  const { conditions } = decide(evidence, setup, { ...asking, to: from === 0 ? 25 : 50 });
  const of = (id: string) => conditions.find((condition) => condition.id === id);
  return { latency: of('canaryLatency'), errors: of('canaryErrors') };
}

test('two versions that are alike pass, with sizes, interval and chance', () => {
  const { latency, errors } = compared(() => {});
  expect([latency?.outcome, errors?.outcome]).toEqual(['pass', 'pass']);
  expect(latency?.detail).toMatch(/95 % .* to .*; p = 0\.\d+, .*\d+ of 100 .*; 45 and 45 .*1m/);
  expect(errors?.detail).toContain('0 of 5,400 against 0 of 16,000');
});

test('a canary that is 30 % slower fails, one that is 4 % slower for certain does not', () => {
  const slower = (factor: number) =>
    compared(({ canary }) => {
      canary.latencies = around(0.045 * factor, 0.004, 45, 2);
    }).latency;
  expect(slower(1.3)).toMatchObject({ outcome: 'fail', limit: { operator: '<=', value: 0.1 } });
  expect(slower(1.3)?.value).toBeCloseTo(0.3, 1);
  const little = slower(1.04);
  expect(little?.detail).toContain('p = 0.003');
  expect(little?.outcome).toBe('pass');
});

test('a canary that is faster is no failure', () => {
  const { latency } = compared(({ canary }) => {
    canary.latencies = around(0.02, 0.004, 45);
  });
  expect(latency?.outcome).toBe('pass');
});

test('too few intervals are inconclusive, and say until when', () => {
  const { latency } = compared(({ canary }) => {
    canary.latencies = canary.latencies.slice(0, 4);
  });
  expect(latency).toMatchObject({ outcome: 'unknown', askAgainAtMs: askedMs + 6 * minute });
  expect(latency?.detail).toBe('too few: 4 and 45 intervals of 1m of v2 and v1');
});

test('intervals too scattered to tell are inconclusive, not a pass', () => {
  const { latency } = compared(({ baseline, canary }) => {
    baseline.latencies = around(0.045, 0.04, 12);
    canary.latencies = around(0.05, 0.04, 12, 3);
  });
  expect(latency?.outcome).toBe('unknown');
  expect(latency?.detail).toMatch(/^too scattered to tell/);
});

test.each([
  [12, 5400, 'fail'],
  [1, 5400, 'unknown'],
  [0, 300, 'unknown'],
  [0, 5400, 'pass'],
])('%d errors of %d of the canary are %s', (count, operations, outcome) => {
  const { errors } = compared(({ canary }) => Object.assign(canary, { errors: count, operations }));
  expect(errors?.outcome).toBe(outcome);
});

test('errors that the label does not tell apart are inconclusive', () => {
  const { errors } = compared(({ canary }) => {
    canary.errors = undefined;
  });
  expect(errors?.outcome).toBe('unknown');
});

test('before the first stage a canary without traffic is not compared; with some it is, and after it must be', () => {
  const none = ({ canary }: Canary) => Object.assign(canary, { operations: 0, errors: 0, latencies: [] });
  expect(compared(none, 0)).toEqual({ latency: undefined, errors: undefined });
  expect(compared(() => {}, 0).latency?.outcome).toBe('pass');
  expect(compared(none).latency?.outcome).toBe('unknown');
});

test('recorded samples of two versions are compared, and a label that is not there is inconclusive', () => {
  const history = opened(folder(), { now: () => new Date(askedMs) });
  recordGreen(history, { without: ['samples'] });
  for (let timeMs = askedMs - 60 * minute; timeMs <= askedMs; timeMs += 15 * second) {
    const seconds = 3600 + (timeMs - askedMs + 60 * minute) / 1000;
    const up = setup.services.map((job) => ({ series: { name: 'up', labels: { job } }, value: 1 }));
    const of = (version: string, latency: number) => series(seconds, { latency, labels: { version } });
    history.recordSamples(timeMs, [...up, ...of('v1', 0.03), ...of('v2', 0.08)], 'target');
  }
  const asked = (label: string) => {
    const canary = { label, baseline: 'v1', canary: 'v2' };
    const evidence = gateEvidence(history, { ...setup, canary }, 50, askedMs);
    const { decision } = answerOn(evidence, { ...setup, canary }, { to: 50, askedBy: 'x', via: 'command' });
    return decision.conditions
      .filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not configured')
      .map(({ id, outcome }) => [id, outcome]);
  };
  expect(asked('version')).toEqual([['canaryLatency', 'fail']]);
  expect(asked('release')).toEqual([
    ['canaryLatency', 'unknown'],
    ['canaryErrors', 'unknown'],
  ]);
});

test('the reference target serves two releases behind one port, each with series of its own', async () => {
  const genesis = await startGenesis({
    trafficPerSecond: 0,
    warmupOperations: 200,
    canary: { release: 'v2', share: 0.25, latencyMs: 60, errorRatio: 0.1 },
  });
  onTestFinished(() => genesis.stop());
  await genesis.warmed;
  const history = opened(folder());
  const scrape = async () => {
    const timeMs = Date.now();
    const scrapes = await scrapeAll(
      validateConfig({ target: { orchestration: genesis.orchestration } }, 'x').services,
      {},
      'genesis',
      false,
    );
    for (const { job, samples } of scrapes) history.recordSamples(timeMs, samples, job);
    return timeMs;
  };
  const first = await scrape();
  const send = (index: number) =>
    fetch(`${genesis.orchestration}/v1/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ task: `sum ${index} and 2` }),
    }).then((answer) => answer.status);
  const statuses = [];
  for (let index = 0; index < 80; index += 1) statuses.push(await send(index));
  await sleep(20);
  const last = await scrape();
  expect(statuses.filter((status) => status === 500)).toHaveLength(2);
  const grown = (name: string, labels: Record<string, string>) =>
    history
      .series(
        name,
        Object.entries(labels).map(([label, value]) => ({ label, operator: '=', value })),
        first,
        last,
      )
      .reduce((sum, { points }) => sum + (points.at(-1)?.value ?? 0) - (points[0]?.value ?? 0), 0);
  const served = (version: string) => grown('genesis_operations_total', { version });
  expect([served('v1'), served('v2')]).toEqual([60, 20]);
  expect(grown('genesis_errors_total', { version: 'v2', category: 'internal' })).toBe(2);
  expect(grown('genesis_operation_duration_seconds_bucket', { version: 'v2', le: '0.05' })).toBe(0);
});
