import type { LabelSet } from '../rules/rule.ts';

/** Why an alert tells nobody. `by` names the inhibition and its source, the window's reason, or who took it. */
export interface Mute {
  kind: 'inhibited' | 'maintenance' | 'acknowledged';
  by: string;
}

/** One alert from its first breach until its end has been told. JSON carries it without loss; times in ms since 1970. */
export interface AlertRecord {
  fingerprint: string;
  rule: string;
  /** `alertname`, the rule's labels and the instance's. */
  labels: LabelSet;
  status: 'pending' | 'firing' | 'resolved';
  /** The first breached reading of this episode; kept through everything that is unknown. */
  sinceMs: number;
  /** How much of the time since then readings prove the breach: the sum of the steps from one breached reading to the next. */
  heldMs: number;
  /** How much of the time readings prove that it is over, while it keeps firing. */
  clearMs: number;
  last: { atMs: number; state: 'breached' | 'clear' | 'unknown' };
  /** The last reading that said anything, while there is none now. */
  noDataSinceMs?: number;
  firedAtMs?: number;
  resolvedAtMs?: number;
  /** The last finite value. */
  value?: number;
  isNew: boolean;
  /** When it was first and last told, and how many reminders that were. */
  told?: { firstMs: number; lastMs: number; reminders: number };
  mute?: Mute;
}

/** Everything that a step needs of the past; as JSON in the history it survives a restart. */
export interface EngineState {
  version: 1;
  /** By fingerprint; an alert that isn't here is inactive. */
  alerts: Record<string, AlertRecord>;
  /** When each waiting group is told, by group key. */
  groups: Record<string, number>;
}

/** The state of a watch that has seen nothing. */
export const initialState = (): EngineState => ({ version: 1, alerts: {}, groups: {} });
