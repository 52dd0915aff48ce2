import { type Bound, type SignalName, type ThresholdTable, VigilError } from '../../core/index.ts';

/** The objective of a signal; every signal that the gate judges has one, and a configuration can change it, not take it away. */
export function limitOf(table: ThresholdTable, signal: SignalName): Bound {
  const { slo, title } = table[signal];
  if (slo) return slo;
  throw new VigilError('CONFIG_INVALID', `${title} has no objective to judge by`, {
    where: `thresholds.${signal}.slo`,
  });
}
