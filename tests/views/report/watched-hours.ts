import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { VigilConfig } from '../../../src/core/config/schema.ts';
import { labelFingerprint } from '../../../src/core/labels/fingerprint.ts';
import type { History } from '../../../src/history/history.ts';
import { simulate, simulatedConfig } from '../../monitor/loop/simulated-watch.ts';
import { type Fault, SyntheticTarget } from '../../monitor/loop/synthetic-target.ts';

export const startMs = Date.UTC(2026, 0, 5);
export const minute = 60_000;

/** One fault of each kind within three hours. */
export const faults: Fault[] = [
  { kind: 'errors', fromMin: 30, toMin: 45 },
  { kind: 'down', fromMin: 70, toMin: 74 },
  { kind: 'slow', fromMin: 100, toMin: 112 },
  { kind: 'checks', fromMin: 130, toMin: 150 },
];

export interface WatchedHours {
  folder: string;
  config: VigilConfig;
  history: History;
  endMs: number;
  remove(): void;
}

/** A history as a real loop records it on a synthetic target; with a restart the process ends and another goes on. */
export async function watchHours(
  hours: number,
  { restartMin, with: planned = faults }: { restartMin?: number; with?: Fault[] } = {},
): Promise<WatchedHours> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-watched-'));
  const config = simulatedConfig(folder, { sampleInterval: '1m' });
  const target = new SyntheticTarget(startMs, planned);
  const common = { folder, config, target, intervalMs: 5 * minute, sampleMs: minute, cycleMs: 8400 };
  const endMs = startMs + hours * 60 * minute;
  const restartMs = restartMin === undefined ? endMs : startMs + restartMin * minute;
  const first = await simulate({ ...common, startMs, lengthMs: restartMs - startMs });
  let history = first;
  if (restartMin !== undefined) {
    // A process that is killed ends no schedule.
    first.database.exec('UPDATE grids SET end_ms = NULL');
    first.close();
    const againMs = restartMs + 2 * minute;
    history = await simulate({ ...common, startMs: againMs, lengthMs: endMs - againMs });
  }
  return {
    folder,
    config,
    history,
    endMs,
    remove() {
      history.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The gate's fail that lena overrode. */
export const overridden = {
  id: 'd1',
  timeMs: startMs + 40 * minute,
  from: 25,
  to: 50,
  verdict: 'fail' as const,
  isTaken: true,
  askedBy: 'ci',
  via: 'command' as const,
  times: 1,
  lastMs: startMs + 40 * minute,
  deployedMs: startMs - minute,
  release: 'v2',
  override: { by: 'lena', reason: 'the cause is known' },
  body: {},
};

/** What people and the gate did in those hours. */
export function actOn(history: History): void {
  history.recordDeployment({ timeMs: startMs - minute, release: 'v2', who: 'ci' });
  const fired = history
    .transitions(0, Number.MAX_SAFE_INTEGER)
    .find(({ alert, to }) => alert === 'HighErrorRate' && to === 'firing');
  if (fired) {
    const alertKey = labelFingerprint(fired.labels);
    history.recordAcknowledgement({ timeMs: fired.timeMs + minute, alertKey, who: 'maya' });
  }
  history.recordDecision({
    ...overridden,
    body: { conditions: [{ title: 'error ratio', outcome: 'fail', detail: '2 % in 5 min' }], next: 'wait' },
  });
}

/** So many hours in milliseconds. */
export const hoursMs = (hours: number): number => hours * 60 * minute;
