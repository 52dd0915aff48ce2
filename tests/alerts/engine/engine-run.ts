import type {
  EnginePolicy,
  EngineRule,
  Observation,
  Reading,
  StepInputs,
} from '../../../src/alerts/engine/inputs.ts';
import { type EngineState, initialState } from '../../../src/alerts/engine/state.ts';
import { type StepResult, step } from '../../../src/alerts/engine/step.ts';

export const minute = 60_000;
export const startMs = Date.UTC(2026, 0, 1);

export const rule = (name: string, more: Partial<EngineRule> = {}): EngineRule => ({
  name,
  labels: { severity: 'critical', signal: name.toLowerCase() },
  forMs: 0,
  keepFiringMs: 0,
  onlyNew: false,
  ...more,
});

/** One evaluation a minute, everything told at once, no reminders, nothing inhibited. */
export const policy = (more: Partial<EnginePolicy> = {}): EnginePolicy => ({
  evaluationIntervalMs: minute,
  maxGapIntervals: 3,
  groupWaitMs: 0,
  urgent: [],
  groupBy: ['alertname'],
  remindAfterMs: {},
  inhibitions: [],
  ...more,
});

export const breached = (value?: number): Reading => ({
  state: 'breached',
  ...(value !== undefined && { value }),
});
export const clear: Reading = { state: 'clear' };
export const unknown: Reading = { state: 'unknown' };
export const gone: Reading = { state: 'gone' };

export const of = (name: string, reading: Reading, more: Partial<Observation> = {}): Observation => ({
  rule: name,
  reading,
  ...more,
});

/** An engine that keeps its state from step to step; times are minutes since the start. */
export function engineRun(rules: readonly EngineRule[], own: Partial<EnginePolicy> = {}) {
  const setup = { rules, policy: policy(own) };
  let state = initialState();
  return {
    at(
      minutes: number,
      observations?: Observation[],
      more: Omit<StepInputs, 'observations'> = {},
    ): StepResult {
      const inputs = { ...more, ...(observations && { observations }) };
      const result = step(state, inputs, startMs + minutes * minute, setup);
      state = result.state;
      return result;
    },
    get state(): EngineState {
      return state;
    },
  };
}

/** What was told, in short: `firing A`, alerts of one notification joined by `+`. */
export const told = ({ notifications }: StepResult): string[] =>
  notifications.map(({ reason, alerts }) => `${reason} ${alerts.map((alert) => alert.rule).join('+')}`);

/** When each group that waits is told. */
export const waiting = ({ state }: StepResult): number[] => Object.values(state.groups);
