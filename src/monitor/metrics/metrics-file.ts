import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { formatExposition, parseExposition, sumOf } from '../../clients/index.ts';
import { VigilError, writeAtomically } from '../../core/index.ts';
import { addToTotals, cycleMetrics, type MeasuredCycle, type TestTotals } from './cycle-metrics.ts';

export const metricsFile = (reports: string): string => path.join(reports, 'metrics.prom');

/** The totals that the file holds; counters begin anew, as after any restart, when it is absent or broken. */
function readTotals(file: string, prefix: string): TestTotals {
  const none = { total: 0, passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(file)) return none;
  try {
    const exposition = parseExposition(readFileSync(file, 'utf8'));
    const read = (name: string) => {
      const count = sumOf(exposition, `${prefix}_tests_${name}_total`) ?? 0;
      return Number.isFinite(count) && count >= 0 ? count : 0; // NaN would stay for ever
    };
    return { total: read('total'), passed: read('passed'), failed: read('failed'), skipped: read('skipped') };
  } catch (thrown) {
    if (thrown instanceof VigilError) return none;
    throw thrown;
  }
}

/** Writes the cycle's metrics for node_exporter's textfile collector: atomically, without timestamps. */
export function writeMetricsFile(reports: string, prefix: string, cycle: MeasuredCycle): void {
  const file = metricsFile(reports);
  const totals = addToTotals(readTotals(file, prefix), cycle.signals);
  writeAtomically(file, formatExposition(cycleMetrics(prefix, cycle, totals)));
}
