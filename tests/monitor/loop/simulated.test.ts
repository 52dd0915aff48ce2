import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import type { History } from '../../../src/history/history.ts';
import type { CycleRecord } from '../../../src/monitor/cycle/cycle-record.ts';
import { runCycle } from '../../../src/monitor/cycle/run-cycle.ts';
import { simulatedConfig, simulateInParts } from './simulated-watch.ts';
import { type Fault, SyntheticTarget } from './synthetic-target.ts';

const startMs = Date.UTC(2026, 0, 5);
const minute = 60_000;
const hours = 48;
const intervalMs = 5 * minute;
/** Now and then a real suite in a real child; the other cycles are made up. */
const everyReal = 96;

const faults: Fault[] = [
  { kind: 'errors', fromMin: 360, toMin: 390 },
  { kind: 'down', fromMin: 720, toMin: 725 },
  { kind: 'slow', fromMin: 1200, toMin: 1220 },
  { kind: 'checks', fromMin: 1800, toMin: 1830 },
  { kind: 'disk', fromMin: 2400, toMin: 2430 },
];

/** While nothing happens samples come every other minute; each part begins at a slot. */
const parts = [
  ...faults.flatMap(({ fromMin, toMin }) => [
    { untilMs: startMs + (fromMin - 10) * minute, sampleMs: 2 * minute },
    { untilMs: startMs + (toMin + 30) * minute, sampleMs: minute },
  ]),
  { untilMs: startMs + hours * 60 * minute, sampleMs: 2 * minute },
];

/**
 * By hand, in minutes since the start; around a fault samples come every minute, on the minute. A rate over five minutes shows a fault
 * with the first sample in it and forgets it five minutes after the last.
 */
const byHand: [alert: string, to: string, min: number][] = [
  // 2 % errors from 360: over 0.1 % at 361, held for 2 min at 363; the last is forgotten at 395, kept firing 2 min more.
  ['HighErrorRate', 'firing', 363],
  ['HighErrorRate', 'resolved', 397],
  // Over 1 % of five minutes needs 2 % for 2.5 of them: at 363; held for 5 min at 368.
  ['RollbackRequired error_ratio', 'firing', 368],
  // Down from 720: first seen at 721, held for 1 min at 722; up again at 726.
  ['ServiceDown', 'firing', 722],
  ['ServiceDown', 'resolved', 726],
  ['RollbackRequired service_down', 'firing', 723],
  // 400 ms from 1200: one minute in five is 20 % of the operations, so P95 is over at 1201; held 5 min at 1206.
  ['HighLatencyP95', 'firing', 1206],
  // One check red from the cycle of 1805 on, until that of 1835.
  ['HealthCheckFailed H01', 'firing', 1805],
  ['HealthCheckFailed H01', 'resolved', 1835],
  // 9 of 10 checks is under 98 %: seen with the cycle of 1805, held 5 min at 1810.
  ['TestPassRateLow', 'firing', 1810],
  // 95 % full from 2400: seen at 2401, held 10 min at 2411.
  ['HighDiskUsage', 'firing', 2411],
];

let folder: string;
let history: History;
let cycles = 0;
let realCycles = 0;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vigil-48h-'));
});
afterAll(() => {
  history?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('48 hours, simulated', () => {
  test('alert at the times computed by hand, and at no other', async () => {
    const writer =
      'require(\'node:fs\').writeFileSync(process.argv[1], \'<testsuite name="s" tests="1"><testcase name="real" classname="c"/></testsuite>\')';
    const config = simulatedConfig(folder, {
      suite: { command: [process.execPath, '-e', writer, '{junit}'] },
    });
    const simulation = {
      folder,
      startMs,
      intervalMs,
      config,
      target: new SyntheticTarget(startMs, faults),
      async cycle(
        record: CycleRecord,
        context: Parameters<typeof runCycle>[0]['context'],
        signal: AbortSignal,
      ) {
        cycles += 1;
        if (cycles % everyReal !== 0) return record;
        realCycles += 1;
        const real = await runCycle({
          redactor: createRedactor(),
          config,
          context,
          signal,
          catalogue: undefined,
          suiteRoot: folder,
          snapshots: [],
        });
        expect(real.outcomes.map(({ outcome }) => outcome)).toEqual(['pass']);
        return record;
      },
    };
    history = await simulateInParts(simulation, parts);

    const endMs = startMs + hours * 60 * minute;
    const told = history
      .transitions(startMs, endMs)
      .filter(({ from, to }) => from !== to && (to === 'firing' || to === 'resolved'))
      .map(({ alert, labels, to, timeMs }) => {
        const instance = labels.check ?? labels.trigger;
        return [instance ? `${alert} ${instance}` : alert, to, (timeMs - startMs) / minute] as const;
      });
    for (const [alert, to, min] of byHand) {
      const times = told.filter(([name, state]) => name === alert && state === to).map(([, , at]) => at);
      expect.soft(times, `${alert} ${to}`).toHaveLength(1);
      // Within one evaluation of the time by hand.
      expect
        .soft(Math.abs((times[0] ?? Number.NaN) - min), `${alert} ${to} at ${times[0]}, by hand ${min}`)
        .toBeLessThanOrEqual(1);
    }
    // Nothing fires while nothing is wrong: half an hour after a fault all is silent until the next.
    const quiet = told.filter(
      ([, to, at]) =>
        to === 'firing' && !faults.some(({ fromMin, toMin }) => at > fromMin && at <= toMin + 15),
    );
    expect(quiet).toEqual([]);
    expect(history.coverage(startMs, endMs)).toMatchObject({
      due: 576,
      observed: 576,
      missed: 0,
      largestGapMs: 0,
    });
    expect(realCycles).toBeGreaterThanOrEqual(4);
    const recorded = history
      .snapshots(startMs)
      .map(({ timestamp }) => (Date.parse(timestamp) - startMs) / minute);
    expect(recorded.filter((at) => at % 5 === 0)).toHaveLength(576);
    // The first failure is confirmed by two more cycles, half a minute apart.
    expect(recorded.filter((at) => at % 5 !== 0)).toEqual([1805.5, 1806]);
  });
});
