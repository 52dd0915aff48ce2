export type {
  Acknowledgement,
  EnginePolicy,
  EngineRule,
  EngineSetup,
  Inhibition,
  MaintenanceWindow,
  Observation,
  Reading,
  StepInputs,
} from './inputs.ts';
export type { AlertStatus, MutedAlert, Notification, NotifiedAlert, Transition } from './outputs.ts';
export { type AlertRecord, type EngineState, initialState, type Mute } from './state.ts';
export { type StepResult, step } from './step.ts';
