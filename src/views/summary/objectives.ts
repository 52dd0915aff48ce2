import {
  formatBound,
  formatValue,
  grouped,
  holds,
  type SignalName,
  type Style,
  signOf,
  type ThresholdTable,
} from '../../core/index.ts';
import type { CycleRecord } from '../../monitor/index.ts';

/** The check whose measurement stands for an objective. */
const sources = [
  { signal: 'errorRatio', check: 'C06', measurement: 'live error ratio' },
  { signal: 'latencyP95', check: 'C07', measurement: 'live P95 latency' },
  { signal: 'throughput', check: 'C10', measurement: 'throughput' },
] as const satisfies { signal: SignalName; check: string; measurement: string }[];

/** One row per service level objective that was measured: name, value, limit, and on what it rests. */
export function objectiveRows(record: CycleRecord, table: ThresholdTable, style: Style): string[] {
  const row = (signal: SignalName, value: number, rests: string, judged = true) => {
    const { title, unit, slo } = table[signal];
    if (!slo) return [];
    const known = judged && !Number.isNaN(value);
    const sign = signOf(known ? (holds(slo, value) ? 'pass' : 'fail') : 'unknown', style);
    return [
      `  ${sign} ${title.padEnd(13)}${formatValue(value, unit).padEnd(11)}${formatBound(slo, unit).padEnd(11)}${style.dim(rests)}`,
    ];
  };
  const { passed, failed, unknown, passRate = Number.NaN } = record.signals;
  return [
    ...row('passRate', passRate, `${passed} of ${passed + failed + unknown} checks, this cycle`),
    ...sources.flatMap(({ signal, check, measurement }) => {
      const seen = record.outcomes.find(({ id }) => id === check);
      const found = seen?.measurements.find(({ name }) => name === measurement);
      if (!found) return [];
      const sample = found.sample === undefined ? '' : `${grouped(found.sample)} operations, `;
      const rests = `${check}: ${sample}${found.note ?? ''}`;
      return row(signal, found.value, rests, seen?.outcome !== 'unknown');
    }),
  ];
}
