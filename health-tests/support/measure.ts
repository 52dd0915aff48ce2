import {
  type Bound,
  type Measurement,
  opposite,
  resolveThreshold,
  type ThresholdRef,
  type ThresholdTable,
  type Unit,
} from '../../src/core/index.ts';

export interface MeasureDetails {
  sample?: number;
  note?: string;
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

const shownFaults = 5;

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
      return record({ name, value, unit: limit.unit, ...(limit.must && { bound: limit.must }), ...details });
    }
    const { bound, unit } = resolveThreshold(table, limit);
    const must = limit.endsWith('.slo') ? { operator: bound.operator, value: bound.value } : opposite(bound);
    return record({ name, value, unit, bound: must, ...details });
  };
  const none = (name: string, faults: readonly string[], sample?: number) => {
    const more = faults.length > shownFaults ? ` and ${faults.length - shownFaults} more` : '';
    return measure(
      name,
      faults.length,
      { unit: 'count', must: { operator: '<=', value: 0 } },
      {
        ...(sample !== undefined && { sample }),
        ...(faults.length > 0 && { note: `${faults.slice(0, shownFaults).join('; ')}${more}` }),
      },
    );
  };
  return Object.assign(measure, { none });
}
