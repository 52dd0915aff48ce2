import { describeMeasurement, formatValue, oneLine } from '../../core/index.ts';
import type { CycleRecord } from './cycle-record.ts';

/** The cycle's line in continuous_monitoring.log. */
export function cycleLine(record: CycleRecord): string {
  const { signals, verdict, durationMs, outcomes, problems, values } = record;
  const ids = (outcome: string) => outcomes.filter((check) => check.outcome === outcome).map(({ id }) => id);
  const parts = [
    record.startedAt.toISOString(),
    verdict.toUpperCase(),
    `passed=${signals.passed} failed=${signals.failed} unknown=${signals.unknown} skipped=${signals.skipped}`,
    ...(values.errorRatio === undefined
      ? []
      : [`error_ratio=${formatValue(values.errorRatio, 'ratio').replace(' ', '')}`]),
    ...(values.latencyP95 === undefined
      ? []
      : [`p95=${formatValue(values.latencyP95, 'seconds').replace(' ', '')}`]),
    `duration=${(durationMs / 1000).toFixed(1)}s`,
    `cycle=${record.id}`,
    ...(signals.failed > 0 ? [`failing=${ids('fail').join(',')}`] : []),
    ...(signals.unknown > 0 ? [`unknown=${ids('unknown').join(',')}`] : []),
    ...(problems.length > 0 ? [`problems="${problems.join('; ')}"`] : []),
  ];
  return oneLine(parts.join(' '));
}

/** A line per check in health_check.log: outcome, id, what was measured, why it is no pass. */
export function checkLines(record: CycleRecord): string[] {
  return record.outcomes.map(({ id, title, outcome, measurements, reason }) => {
    const said = outcome === 'pass' ? measurements.map(describeMeasurement).join('; ') : (reason ?? '');
    return oneLine(
      `${record.startedAt.toISOString()} ${outcome.toUpperCase()} ${id} ${title === id ? '' : title}: ${said}`,
    );
  });
}
