import type { TaskMeta } from 'vitest';
import {
  type Bound,
  describeMeasurement,
  isMet,
  type LimitText,
  type Measurement,
  messageOf,
  parseLimit,
  toBase,
  type Unit,
  VigilError,
  type WrittenUnit,
} from '../../core/index.ts';
import { faultsMeasured } from '../probes/probe-result.ts';

export interface MeasureDetails {
  /** What was measured; the check's title when it isn't given. */
  name?: string | undefined;
  /** How many observations stand behind the value. */
  sample?: number | undefined;
  note?: string | undefined;
}

/** Records what a check measured. A value outside its threshold fails the check, which goes on to its end. */
export interface Measure {
  /** A value in a unit, held against a threshold; without a threshold it is only recorded. */
  (
    value: number,
    unit: Unit | WrittenUnit,
    threshold?: LimitText | Bound,
    details?: MeasureDetails,
  ): Measurement;
  /** A value in the unit of the check's objective, held against that. */
  (value: number, details?: MeasureDetails): Measurement;
  /** How many faults were found: there must be none, and the first ones are named. */
  none(name: string, faults: readonly string[], sample?: number): Measurement;
  /** A measurement made elsewhere, such as by a probe. */
  record(measurement: Measurement): Measurement;
}

/** What is asked of the test that measures. A test’s own `expect` knows the test also where several run beside one another. */
export interface MeasuringContext {
  task: { name: string; meta: TaskMeta };
  annotate(text: string, type: string): unknown;
}

function boundOf(threshold: string | Bound, unit: Unit | WrittenUnit): { bound: Bound; unit: Unit } {
  const base = toBase(1, unit);
  if (typeof threshold !== 'string') return { bound: threshold, unit: base.unit };
  const limit = parseLimit(threshold);
  if (!limit) {
    throw new VigilError('USAGE', `“${threshold}” is not a threshold`, {
      expected: 'an operator, a number and perhaps a unit: "< 200 ms", ">= 99.5 %", "<= 0"',
    });
  }
  if (limit.unit === undefined)
    return { bound: { ...limit.bound, value: toBase(limit.bound.value, unit).value }, unit: base.unit };
  if (limit.unit === base.unit) return { bound: limit.bound, unit: base.unit };
  throw new VigilError('USAGE', `a value in ${base.unit} can’t be held against “${threshold}”`, {
    expected: `a threshold in ${base.unit}`,
    received: limit.unit,
  });
}

/** What failed, as the line that measured it. */
function failureOf(measurement: Measurement): Error {
  const failure = new Error(describeMeasurement(measurement));
  failure.name = 'ObjectiveNotMet';
  return failure;
}

/**
 * The `measure` of one test, with the objective of its check where that has one, and what fails the test at its end
 * by every measurement that is unmet. Failing it at once would lose the annotations of what is measured later.
 */
export function openMeasure(
  context: MeasuringContext,
  objective?: string,
): { measure: Measure; judge: (thrown?: unknown) => void } {
  const { task, annotate } = context;
  const measurements: Measurement[] = [];
  const unmet: Error[] = [];
  task.meta.vigil = { ...task.meta.vigil, measurements };
  const record = (measurement: Measurement): Measurement => {
    measurements.push(measurement);
    // Reaches JUnit as a <property>; Vitest waits for it before the test ends.
    void annotate(describeMeasurement(measurement), 'vigil');
    if (!isMet(measurement)) unmet.push(failureOf(measurement));
    return measurement;
  };
  const objectiveOf = () => {
    const limit = objective === undefined ? undefined : parseLimit(objective);
    if (limit) return { bound: limit.bound, unit: limit.unit ?? 'count' };
    throw new VigilError('USAGE', 'a value without a unit needs an objective', {
      expected: 'measure(value, unit, threshold), or objective: "< 200 ms" in the options of check()',
    });
  };
  const measure = (
    value: number,
    unit?: Unit | WrittenUnit | MeasureDetails,
    threshold?: string | Bound,
    details?: MeasureDetails,
  ) => {
    if (typeof unit !== 'string') {
      const { name = task.name, ...more } = unit ?? {};
      return record({ name, value, ...objectiveOf(), ...more });
    }
    const { name = task.name, ...more } = details ?? {};
    const base = toBase(value, unit);
    if (threshold === undefined) return record({ name, ...base, ...more });
    return record({ name, value: base.value, ...boundOf(threshold, unit), ...more });
  };
  const none = (name: string, faults: readonly string[], sample?: number) =>
    record(faultsMeasured(name, faults, sample));
  const judge = (thrown?: unknown) => {
    const [first] = unmet;
    if (!first) return;
    const messages = [...unmet, ...(thrown === undefined ? [] : [thrown])].map(messageOf);
    const next = task.meta.vigil?.definition?.next;
    throw Object.assign(first, { message: `${messages.join('; ')}${next ? `; next: ${next}` : ''}` });
  };
  return { measure: Object.assign(measure, { none, record }), judge };
}
