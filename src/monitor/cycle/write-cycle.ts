import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeMeasurement, formatValue, messageOf, oneLine } from '../../core/index.ts';
import { exportAlerts, exportSnapshots, type History } from '../../history/index.ts';
import { uncleanedTexts } from '../../suite/index.ts';
import { type TestTotals, writeMetricsFile } from '../metrics/cycle-metrics.ts';
import type { CycleRecord } from './cycle-record.ts';
import { rememberedFile, writeChecks } from './known-checks-file.ts';

/** How many JUnit files of past cycles are kept. */
const junitLimit = 1000;

export interface WrittenCycle {
  /** What was written, for the person who looks for it. */
  files: string[];
  /** What could not be written, or was set aside; a cycle is judged all the same. */
  warnings: string[];
}

function writeJUnit(record: CycleRecord, reports: string): string[] {
  const probes = path.join(reports, 'probe_results.xml');
  rmSync(probes, { force: true });
  if (record.probesXml) writeFileSync(probes, record.probesXml);
  const last = path.join(reports, 'health_test_results.xml');
  rmSync(last, { force: true }); // a run without a report must not show the one before
  if (!record.junitXml) return [];
  writeFileSync(last, record.junitXml);
  const folder = path.join(reports, 'junit');
  mkdirSync(folder, { recursive: true });
  const stamp = record.startedAt.toISOString().replaceAll(':', '-');
  writeFileSync(path.join(folder, `${stamp}.xml`), record.junitXml);
  const all = readdirSync(folder)
    .filter((name) => name.endsWith('.xml'))
    .sort();
  for (const name of all.slice(0, -junitLimit)) rmSync(path.join(folder, name), { force: true });
  return [last];
}

function appendLines(file: string, lines: readonly string[]): string[] {
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return [file];
}

/** The cycle's line in continuous_monitoring.log. */
function cycleLine(record: CycleRecord): string {
  const { signals, verdict, durationMs, outcomes, problems, values, leftBehind = [] } = record;
  const ids = (outcome: string) => outcomes.filter((check) => check.outcome === outcome).map(({ id }) => id);
  const uncleaned = uncleanedTexts(outcomes);
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
    ...(leftBehind.length > 0 ? [`left_behind="${leftBehind.join('; ')}"`] : []),
    ...(uncleaned.length > 0 ? [`uncleaned="${uncleaned.join('; ')}"`] : []),
  ];
  return oneLine(parts.join(' '));
}

/** A line per check in health_check.log: outcome, id, what was measured, why it is no pass. */
function checkLines(record: CycleRecord): string[] {
  return record.outcomes.map(({ id, title, outcome, measurements, reason }) => {
    const said = outcome === 'pass' ? measurements.map(describeMeasurement).join('; ') : (reason ?? '');
    return oneLine(
      `${record.startedAt.toISOString()} ${outcome.toUpperCase()} ${id} ${title === id ? '' : title}: ${said}`,
    );
  });
}

type Output = [what: string, write: () => string[]];

/** What a cycle leaves is written from the history that it was recorded in; without one only what the cycle itself says. */
export interface WriteOptions {
  reports: string;
  metricsPrefix: string;
  history: History | undefined;
  /** The counters with this cycle. */
  totals: TestTotals;
}

/** Writes everything a cycle leaves under reports/. One output that can't be written doesn't cost the others. */
export function writeCycle(record: CycleRecord, options: WriteOptions): WrittenCycle {
  const { reports, metricsPrefix, history, totals } = options;
  const written: WrittenCycle = { files: [], warnings: [] };
  const logs = path.join(reports, 'logs');
  const outputs: Output[] = [['JUnit', () => writeJUnit(record, reports)]];
  if (history) {
    outputs.push(['snapshot', () => [exportSnapshots(history, reports)]]);
    outputs.push(['alerts', () => [exportAlerts(history, reports)]]);
  }
  outputs.push(['metrics', () => [writeMetricsFile(reports, metricsPrefix, record, totals)]]);
  const { remember } = record;
  // A check that was seen once must be seen again; without a catalogue nothing else tells that one is missing.
  if (remember) {
    outputs.push([
      'known checks',
      () => {
        writeChecks(rememberedFile(reports, record.suite), remember);
        return [];
      },
    ]);
  }
  const cycleLog = path.join(logs, 'continuous_monitoring.log');
  outputs.push(['cycle log', () => appendLines(cycleLog, [cycleLine(record)])]);
  outputs.push(['check log', () => appendLines(path.join(logs, 'health_check.log'), checkLines(record))]);
  for (const [what, write] of outputs) {
    try {
      mkdirSync(reports, { recursive: true });
      written.files.push(...write());
    } catch (thrown) {
      written.warnings.push(`${what} could not be written: ${messageOf(thrown)}`);
    }
  }
  return written;
}
