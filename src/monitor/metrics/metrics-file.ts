import path from 'node:path';
import { formatExposition } from '../../clients/index.ts';
import { writeAtomically } from '../../core/index.ts';
import { cycleMetrics, type MeasuredCycle, type TestTotals } from './cycle-metrics.ts';

export const metricsFile = (reports: string): string => path.join(reports, 'metrics.prom');

/** Writes the cycle's metrics for node_exporter's textfile collector: atomically, without timestamps. */
export function writeMetricsFile(
  reports: string,
  prefix: string,
  cycle: MeasuredCycle,
  totals: TestTotals,
): void {
  writeAtomically(metricsFile(reports), formatExposition(cycleMetrics(prefix, cycle, totals)));
}
