import { deliver } from './deliver.ts';
import type { EngineSetup, StepInputs } from './inputs.ts';
import { observeAll } from './observe-all.ts';
import type { MutedAlert, Notification, Transition } from './outputs.ts';
import type { EngineState } from './state.ts';

export interface StepResult {
  state: EngineState;
  transitions: Transition[];
  notifications: Notification[];
  muted: MutedAlert[];
}

/**
 * One evaluation: readings become transitions, transitions become notifications. Pure; the state that goes in
 * is not changed.
 */
export function step(state: EngineState, inputs: StepInputs, nowMs: number, setup: EngineSetup): StepResult {
  const next = structuredClone(state);
  const transitions = observeAll(next, inputs, nowMs, setup);
  return { state: next, transitions, ...deliver(next, inputs, nowMs, setup) };
}
