import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { automaticRollback } from '../../scripts/automatic-rollback.ts';
import { type EngineState, initialState } from '../../src/alerts/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { openHistory } from '../../src/history/index.ts';
import type { NotificationEvent } from '../../src/notify/index.ts';

export type Alert = EngineState['alerts'][string];

/** A state in which a trigger has fired. */
export function firing(more: Partial<Alert> = {}): EngineState {
  const alert: Alert = {
    fingerprint: 'f1',
    rule: 'RollbackRequired',
    labels: { alertname: 'RollbackRequired', trigger: 'error_ratio' },
    status: 'firing',
    sinceMs: 1000,
    heldMs: 300_000,
    clearMs: 0,
    last: { atMs: 301_000, state: 'breached' },
    firedAtMs: 301_000,
    value: 0.034,
    isNew: true,
    ...more,
  };
  return { ...initialState(), alerts: { [alert.fingerprint]: alert } };
}

/** A loop's end of the work, on the history that the rollback's own process reads. */
export async function hooked(file: string) {
  const { config } = await loadConfig(path.dirname(file), file);
  const history = openHistory({ file: path.join(config.reports, 'vigil.sqlite') });
  const [said, told]: [string[], NotificationEvent[]] = [[], []];
  const open = () =>
    automaticRollback({
      config,
      configFile: file,
      history,
      tell: (events) => void told.push(...events),
      say: (line) => void said.push(line),
    });
  return { config, history, said, told, open };
}

export async function until(what: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600 && !what(); attempt += 1) await sleep(50);
  expect(what()).toBe(true);
}
