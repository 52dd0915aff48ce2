import { type EngineState, initialState } from '../../../src/alerts/engine/state.ts';

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
