import {
  type AlertRecord,
  type EngineState,
  goneReadings,
  healthCheckRule,
  type Observation,
} from '../../alerts/index.ts';
import type { CheckOutcome } from '../../suite/index.ts';

/** Whether an alert of the same check was opened before alerts named the service and the instance of their check. */
function isWithoutSubject({ rule, labels }: AlertRecord, now: Observation): boolean {
  const { service, instance, ...others } = now.labels ?? {};
  const isLess =
    (labels.instance === undefined && instance !== undefined) ||
    (labels.service === undefined && service !== undefined);
  const isSame = (label: string, value: string | undefined) => [undefined, value].includes(labels[label]);
  return (
    rule === now.rule &&
    isLess &&
    isSame('service', service) &&
    isSame('instance', instance) &&
    Object.entries(others).every(([label, value]) => labels[label] === value)
  );
}

/**
 * An alert that was opened under the former name of a check, or before it named a service or an instance, goes on as it was
 * opened, so that its end is told where its begin was.
 */
export function asOpened(
  state: EngineState,
  observations: readonly Observation[],
  outcomes: readonly CheckOutcome[],
): Observation[] {
  const former = new Map(outcomes.map(({ id, was }) => [id, was]));
  const open = Object.values(state.alerts).filter(({ status }) => status !== 'resolved');
  return observations.map((observation) => {
    const { rule, labels: { check } = {} } = observation;
    if (check === undefined) return observation;
    const was = former.get(check);
    const isFormer = rule === healthCheckRule.name && was !== undefined && was !== check;
    const alert = open.find((one) =>
      isFormer ? one.rule === rule && one.labels.check === was : isWithoutSubject(one, observation),
    );
    return alert ? { ...observation, labels: alert.labels } : observation;
  });
}

/** The end of alerts of checks that a whole cycle no longer names. */
export function forgottenChecks(state: EngineState, outcomes: readonly CheckOutcome[]): Observation[] {
  const ids = new Set(outcomes.flatMap(({ id, was = id }) => [id, was]));
  return goneReadings(state, healthCheckRule.name, ({ check = '' }) => ids.has(check));
}
