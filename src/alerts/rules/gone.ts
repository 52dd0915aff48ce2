import { labelKey, matches } from '../../core/index.ts';
import type { Observation } from '../engine/inputs.ts';
import type { AlertRecord, EngineState } from '../engine/state.ts';
import type { AlertRule } from './rule.ts';

/** The end of a rule's alerts whose subject is no longer there. */
export const goneReadings = (
  { alerts }: EngineState,
  name: string,
  isThere: (labels: AlertRecord['labels']) => boolean,
): Observation[] =>
  Object.values(alerts)
    .filter(({ rule, labels }) => rule === name && !isThere(labels))
    .map(({ rule, labels }) => ({ rule, labels, reading: { state: 'gone' } }));

/** Whether a rule can still have an alert with these labels. */
function isPossible({ labels: fixed, about }: AlertRule, labels: AlertRecord['labels']): boolean {
  const own = Object.keys(labels).filter((label) => label !== 'alertname' && !(label in fixed));
  return (
    about === undefined ||
    (own.every((label) => about.some((one) => one.label === label)) &&
      matches(labels, about) &&
      Object.entries(fixed).every(([label, value]) => labels[label] === value))
  );
}

/** Whether others of the instances of a service were judged and this one was not: it is no longer one of them. */
function isLeftOut(labels: AlertRecord['labels'], known: readonly Observation[]): boolean {
  const { instance, job } = labels;
  return (
    instance !== undefined &&
    known.some((one) => one.labels?.instance !== undefined && one.labels.job === job)
  );
}

/**
 * What was observed, and the end of those alerts that their rules can't have any more, as of a service that is no longer
 * watched, or of a rule that told its alerts apart by other labels before.
 */
export function withOutlived(
  observations: readonly Observation[],
  state: EngineState,
  rules: readonly AlertRule[],
): Observation[] {
  // That a rule has no data is not known of an alert that is gone.
  const known = observations.filter(({ reading }) => reading.state !== 'unknown');
  const gone = rules.flatMap((rule) => {
    const judged = known.filter((one) => one.rule === rule.name);
    const seen = new Set(
      judged.map(({ labels }) => labelKey({ ...rule.labels, ...labels, alertname: rule.name })),
    );
    return goneReadings(
      state,
      rule.name,
      (labels) => seen.has(labelKey(labels)) || (isPossible(rule, labels) && !isLeftOut(labels, judged)),
    );
  });
  const isOfGone = ({ rule, reading }: Observation) =>
    reading.state === 'unknown' && gone.some((one) => one.rule === rule);
  return [...observations.filter((one) => !isOfGone(one)), ...gone];
}
