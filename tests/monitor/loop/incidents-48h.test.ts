import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { incidentsOf } from '../../../src/alerts/index.ts';
import type { CheckDefinition } from '../../../src/core/catalogue/check-definition.ts';
import type { Measurement } from '../../../src/core/catalogue/measurement.ts';
import { savedState } from '../../../src/monitor/loop/saved-state.ts';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { definition } from '../../suite/run/suite-folder.ts';
import { madeUpCycle, simulatedConfig, simulateInParts } from './simulated-watch.ts';
import { type Fault, SyntheticTarget } from './synthetic-target.ts';

const startMs = Date.UTC(2026, 0, 5);
const minute = 60_000;
const channels = ['pager', 'chat'];
/** A release that loses half of its operations until the loop has rolled it back, a service that is down, a lost database. */
const faults: Fault[] = [
  { kind: 'errors', fromMin: 60, toMin: 69, ratio: 0.5 },
  { kind: 'down', fromMin: 130, toMin: 135 },
  { kind: 'checks', fromMin: 180, toMin: 210 },
];

/** 34 checks of the service, one of its error ratio, and the two that judge the pass rate. */
const checks: CheckDefinition[] = [
  ...Array.from({ length: 34 }, (_, index) => definition(`H${String(index + 1).padStart(2, '0')}`)),
  { ...definition('C05'), group: 'monitoring' },
  { ...definition('C06'), group: 'monitoring', threshold: 'errorRatio.slo' },
  { ...definition('R02'), group: 'rollback', priority: 'P0' },
];

const tooManyErrors: Measurement = {
  name: 'errors per operation',
  value: 0.5,
  unit: 'ratio',
  bound: { operator: '<', value: 0.001 },
};

function outcomesAt(min: number, target: SyntheticTarget, isUnrelated: boolean): CheckOutcome[] {
  const atMs = startMs + min * minute;
  const reasonOf = (id: string): string | undefined => {
    if (isUnrelated && id === 'H30' && min > 185 && min <= 200) return 'expected 2 to be 3';
    if (target.has('errors', atMs) && id === 'C06') return 'errors per operation 50 % (must be < 0.1 %)';
    if (target.has('down', atMs) && id < 'H10') return 'http://127.0.0.1:8000/v1/x: connection refused';
    const isLost = target.has('checks', atMs);
    if (isLost && ['H02', 'H03', 'H04', 'H06'].includes(id)) return 'connect ECONNREFUSED 127.0.0.1:5432';
    if (isLost && (id === 'C05' || id === 'R02')) return 'pass rate 88.9 % (must be ≥ 95 %)';
    return undefined;
  };
  return checks.map((check) => {
    const reason = reasonOf(check.id);
    const { id, title, group } = check;
    const outcome = reason === undefined ? 'pass' : 'fail';
    const measurements = id === 'C06' && reason !== undefined ? [tooManyErrors] : [];
    return { id, title, group, outcome, reason, definition: check, executed: true, measurements };
  });
}

/** Hours of a watch: samples every minute while something happens, and every fourth from the fifth hour on, in a loop that goes on. */
async function watched(hours: number, isUnrelated: boolean) {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-incidents-'));
  const target = new SyntheticTarget(startMs, faults);
  const untilMs = (hour: number) => startMs + hour * 60 * minute;
  const parts = [
    { untilMs: untilMs(Math.min(hours, 5)), sampleMs: minute },
    ...(hours > 5 ? [{ untilMs: untilMs(hours), sampleMs: 4 * minute }] : []),
  ];
  const history = await simulateInParts(
    {
      folder,
      startMs,
      target,
      channels,
      intervalMs: 5 * minute,
      config: simulatedConfig(folder),
      rollbackAnswer: () => 'the rollback that the loop began answers it',
      async cycle(record) {
        const min = (record.startedAt.getTime() - startMs) / minute;
        const outcomes = outcomesAt(min, target, isUnrelated);
        const failed = outcomes.filter(({ outcome }) => outcome === 'fail').length;
        const passed = outcomes.length - failed;
        const passRate = passed / outcomes.length;
        return {
          ...madeUpCycle(record.id, record.startedAt.getTime(), failed > 0),
          outcomes,
          signals: { passed, failed, unknown: 0, skipped: 0, passRate, coverage: 1 },
          values: { passRate },
        };
      },
    },
    parts,
  );
  onTestFinished(() => {
    history.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const told = (channel: string) =>
    history.database
      .prepare(
        "SELECT event FROM outbox WHERE channel = ? AND json_extract(event, '$.kind') = 'alert' ORDER BY id",
      )
      .all(channel)
      .map(({ event }) => JSON.parse(String(event)))
      .map(
        ({ state, alertname, labels }) =>
          `${state} ${alertname === 'HealthCheckFailed' ? labels.check : alertname}`,
      );
  const fired = history
    .transitions(startMs, startMs + 48 * 60 * minute)
    .filter(({ from, to }) => from !== to && to === 'firing')
    .map(({ alert, labels }) => `${alert} ${labels.check ?? labels.trigger ?? ''}`.trim());
  return { told, fired, incidents: incidentsOf(savedState(history, 'alerts') ?? { incidents: {} }) };
}

const pages = (lines: readonly string[]) => lines.filter((line) => line.startsWith('firing'));

test('48 hours with three incidents are three pages per channel and their resolutions', async () => {
  const { told, fired, incidents } = await watched(48, false);
  for (const channel of channels)
    expect(told(channel)).toEqual([
      'firing HighErrorRate',
      'resolved HighErrorRate',
      'firing ServiceDown',
      'resolved ServiceDown',
      expect.stringMatching(/^firing H0[2346]$/),
      expect.stringMatching(/^resolved H0[2346]$/),
    ]);
  // Each of these was a page of its own before.
  const critical = fired.filter((name) => !name.startsWith('Intermittent'));
  expect(critical.length).toBeGreaterThan(17);
  expect(fired).toEqual(
    expect.arrayContaining([
      'RollbackRequired error_ratio',
      'RollbackRequired service_down',
      'RollbackRequired pass_rate',
      'ErrorBudgetFastBurn',
      'ErrorBudgetSlowBurn',
      'TestPassRateLow',
      'TestPassRateDegrading',
    ]),
  );
  const [database, down, errors] = incidents;
  expect(incidents).toHaveLength(3);
  expect(incidents.every(({ endedMs }) => endedMs !== undefined)).toBe(true);
  expect(errors).toMatchObject({
    startedBy: 'HighErrorRate',
    followedBy: [
      'ErrorBudgetFastBurn',
      'HealthCheckFailed C06',
      'RollbackRequired error_ratio',
      'ErrorBudgetSlowBurn',
    ],
  });
  expect(down?.startedBy).toBe('ServiceDown genesis-orchestration');
  expect(down?.followedBy).toEqual(
    expect.arrayContaining(['RollbackRequired service_down', 'HealthCheckFailed H01']),
  );
  expect(database?.startedBy).toMatch(/^HealthCheckFailed H0[2346]$/);
  expect(database?.followedBy).toEqual(
    expect.arrayContaining(['HealthCheckFailed R02', 'TestPassRateLow', 'RollbackRequired pass_rate']),
  );
});

test('a fourth that has nothing to do with them, at the same time, has a page of its own', async () => {
  const { told } = await watched(4, true);
  for (const channel of channels) {
    expect(pages(told(channel))).toHaveLength(4);
    expect(told(channel)).toEqual(expect.arrayContaining(['firing H30', 'resolved H30']));
  }
});
