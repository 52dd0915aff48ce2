import type { Observation } from '../engine/inputs.ts';
import type { AlertRecord, EngineState } from '../engine/state.ts';

/** The end of a rule's alerts whose subject is no longer there. */
export const goneReadings = (
  { alerts }: EngineState,
  name: string,
  isThere: (labels: AlertRecord['labels']) => boolean,
): Observation[] =>
  Object.values(alerts)
    .filter(({ rule, labels }) => rule === name && !isThere(labels))
    .map(({ rule, labels }) => ({ rule, labels, reading: { state: 'gone' } }));
