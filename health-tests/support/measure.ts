import {
  type Bound,
  type Measurement,
  opposite,
  resolveThreshold,
  type ThresholdRef,
  type ThresholdTable,
  type Unit,
} from '../../src/core/index.ts';
import { faultsMeasured } from '../../src/suite/index.ts';

export interface MeasureDetails {
  sample?: number | undefined;
  note?: string | undefined;
}

/** Records a figure, under a limit of the threshold table or under one given on the spot. */
export interface Measure {
  (
    name: string,
    value: number,
    limit: ThresholdRef | { unit: Unit; must?: Bound },
    details?: MeasureDetails,
  ): Measurement;
  /** Records how many faults were found; the objective is none, and the first ones are named. */
  none(name: string, faults: readonly string[], sample?: number): Measurement;
}

/** What must hold by a limit of the table: a rollback limit says when it doesn't. */
export function mustHold(table: ThresholdTable, limit: ThresholdRef): { bound: Bound; unit: Unit } {
  const { bound, unit } = resolveThreshold(table, limit);
  const { operator, value } = bound;
  return { bound: limit.endsWith('.slo') ? { operator, value } : opposite(bound), unit };
}

/** A recorder that hands every measurement to `keep`; rollback limits are turned into what must hold. */
export function recorder(keep: (measurement: Measurement) => void, table: ThresholdTable): Measure {
  const record = (measurement: Measurement): Measurement => {
    keep(measurement);
    return measurement;
  };
  const measure = (
    name: string,
    value: number,
    limit: ThresholdRef | { unit: Unit; must?: Bound },
    details: MeasureDetails = {},
  ) => {
    if (typeof limit !== 'string') {
      return record({ name, value, unit: limit.unit, bound: limit.must, ...details });
    }
    return record({ name, value, ...mustHold(table, limit), ...details });
  };
  const none = (name: string, faults: readonly string[], sample?: number) =>
    record(faultsMeasured(name, faults, sample));
  return Object.assign(measure, { none });
}
