import {
  type Bound,
  formatBound,
  formatDuration,
  resolveThreshold,
  type ThresholdRef,
  type ThresholdTable,
  type Unit,
} from '../../core/index.ts';

/** A bound with the time that it must hold: `< 98 % for 5m`. */
export function boundText(bound: Bound, unit: Unit): string {
  const lasting = bound.forSeconds ? ` for ${formatDuration(bound.forSeconds * 1000)}` : '';
  return `${formatBound(bound, unit)}${lasting}`;
}

/** A limit as a sentence: what must hold for an objective, what fails for every other level. */
export function limitText(table: ThresholdTable, ref: ThresholdRef): string {
  const { bound, unit, title } = resolveThreshold(table, ref);
  const verb = ref.endsWith('.slo') ? 'must be' : 'fails when';
  return `${title} ${verb} ${boundText(bound, unit)} (\`${ref}\`)`;
}
