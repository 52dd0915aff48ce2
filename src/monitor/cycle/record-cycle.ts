import {
  accessSync,
  appendFileSync,
  constants,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { messageOf, withFolderLock } from '../../core/index.ts';
import { appendToJsonArray, snapshotFile, snapshotLimit } from '../../history/index.ts';
import { metricsFile, writeMetricsFile } from '../metrics/metrics-file.ts';
import type { CycleRecord } from './cycle-record.ts';
import { rememberedFile, writeChecks } from './known-checks-file.ts';
import { checkLines, cycleLine } from './log-lines.ts';
import { snapshotOf } from './snapshot-of.ts';

/** How many JUnit files of past cycles are kept. */
const junitLimit = 1000;

export interface RecordedCycle {
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

/** A check that was seen once must be seen again; without a catalogue nothing else tells that one is missing. */
function remember({ remember: checks }: CycleRecord, reports: string): string[] {
  if (checks) writeChecks(rememberedFile(reports), checks);
  return [];
}

/** Keeps a cycle's snapshot and violations as a loop's history does; returns the files it wrote, and what a person should know. */
export type KeepEvidence = (record: CycleRecord, reports: string) => RecordedCycle;

function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false; // each output says so itself
  }
}

type Output = [what: string, write: () => string[]];

/** Writes everything a cycle leaves under reports/. One output that can't be written doesn't cost the others. */
export function recordCycle(
  record: CycleRecord,
  reports: string,
  metricsPrefix: string,
  keepEvidence?: KeepEvidence,
): RecordedCycle {
  const recorded: RecordedCycle = { files: [], warnings: [] };
  const logs = path.join(reports, 'logs');
  const append = (file: string, entries: readonly unknown[]) => {
    const warning = appendToJsonArray(file, entries, snapshotLimit, record.startedAt);
    if (warning) recorded.warnings.push(warning);
    return [file];
  };
  const kept = () => {
    const { files = [], warnings = [] } = keepEvidence?.(record, reports) ?? {};
    recorded.warnings.push(...warnings);
    return files;
  };
  const evidence: Output[] = keepEvidence
    ? [['evidence', kept]]
    : [
        ['snapshot', () => append(snapshotFile(reports), [snapshotOf(record)])],
        ['alerts', () => append(path.join(reports, 'alerts_triggered.json'), record.violations)],
      ];
  const outputs: Output[] = [
    ['JUnit', () => writeJUnit(record, reports)],
    ...evidence,
    [
      'metrics',
      () => {
        writeMetricsFile(reports, metricsPrefix, record);
        return [metricsFile(reports)];
      },
    ],
    ...(record.remember ? [['known checks', () => remember(record, reports)] satisfies Output] : []),
    ['cycle log', () => appendLines(path.join(logs, 'continuous_monitoring.log'), [cycleLine(record)])],
    ['check log', () => appendLines(path.join(logs, 'health_check.log'), checkLines(record))],
  ];
  const attempt = ([what, write]: Output) => {
    try {
      mkdirSync(reports, { recursive: true });
      recorded.files.push(...write());
    } catch (thrown) {
      recorded.warnings.push(`${what} could not be written: ${messageOf(thrown)}`);
    }
  };
  // Counters and snapshots are read and written back: two at once would lose the one's.
  const writeAll = () => outputs.forEach(attempt);
  if (isWritable(reports)) withFolderLock(reports, writeAll, (why) => void recorded.warnings.push(why));
  else writeAll();
  return recorded;
}
