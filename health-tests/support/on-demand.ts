import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import type { LiveSample } from '../../src/alerts/index.ts';
import { loadConfig, lockHolder, runEnvironment, writeAtomically } from '../../src/core/index.ts';
import { keptLive, loopLockFile, restoreLive, storeLive } from '../../src/history/index.ts';
import { NOT_DECLARED } from '../../src/suite/index.ts';
import type { SuiteFacts } from './suite-facts.ts';

/*
 * What differs where the checks are run by hand, with `npx vitest run`: nobody but Vitest judges them, and a loop may
 * watch from the same folder.
 */

const reportName = 'health_test_results.xml';
const folderIn = (reports: string) => path.join(reports, 'on-demand');

/** Whose configuration and reports are meant: those of the suite's own folder, or, where it is installed, of whoever runs it. */
export const folderOnDemand = (root: string): string =>
  path.extname(import.meta.url) === '.js' ? process.cwd() : root;

/** Where Vitest writes its report: never in the shared place, where only a whole one belongs. */
export async function reportOnDemand(root: string): Promise<string> {
  const { contextFile, configFile } = runEnvironment();
  const folder = folderOnDemand(root);
  // A runner names a file of its own; what is wrong with the configuration is said when the checks begin.
  const loaded =
    contextFile === undefined ? await loadConfig(folder, configFile).catch(() => undefined) : undefined;
  return path.join(folderIn(loaded?.config.reports ?? path.join(folder, 'reports')), reportName);
}

/** Whether every check of the suite was run: no name, file or shard was chosen. */
function isWhole(project: TestProject, { collected, namePattern, shard }: SuiteFacts): boolean {
  const files = new Set(collected.map(({ file }) => file));
  const ran = project.vitest.state.getTestModules().filter((module) => module.state() !== 'queued');
  return namePattern === undefined && shard === undefined && ran.length === files.size;
}

/** Copies the report of a whole run to the shared place, unless a loop writes there. */
export function publishReport(project: TestProject, facts: SuiteFacts, reports: string): void {
  const written = path.join(folderIn(reports), reportName);
  if (!existsSync(written) || !isWhole(project, facts) || lockHolder(loopLockFile(reports))) return;
  writeAtomically(path.join(reports, reportName), readFileSync(written, 'utf8'));
}

/** Why a skipped check was not judged; nothing where that is declared, or where only others were chosen. */
function unjudged(note: string | undefined, { namePattern }: SuiteFacts): string | undefined {
  if (note?.startsWith(NOT_DECLARED)) return undefined;
  return note ?? (namePattern === undefined ? 'skipped without a reason' : undefined);
}

/** Ends the run with 2 where nothing failed and something is unknown, and says what; whatever reporters it has. */
export function refuseUnknown({ vitest }: TestProject, facts: SuiteFacts): void {
  const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
  const unknown = tests.flatMap((test) => {
    const result = test.result();
    const why = result.state === 'skipped' ? unjudged(result.note, facts) : undefined;
    return why === undefined ? [] : [`  ${test.name} · ${why}\n`];
  });
  if (unknown.length === 0 || process.exitCode) return;
  process.exitCode = 2;
  const count = unknown.length === 1 ? '1 check is' : `${unknown.length} checks are`;
  process.stderr.write(`\nINCONCLUSIVE  none failed, ${count} unknown, exit code 2\n${unknown.join('')}`);
}

const keptSamples = z.array(z.object({ target: z.string(), live: keptLive }));
const samplesFile = (reports: string) => path.join(folderIn(reports), 'live.json');
/** Runs of which the first scrape is kept. */
const mostSamples = 50;

function readKept(reports: string): z.output<typeof keptSamples> {
  try {
    return keptSamples.parse(JSON.parse(readFileSync(samplesFile(reports), 'utf8')));
  } catch {
    return []; // none yet, or damaged: as if there had been no run
  }
}

/** The scrapes of earlier runs by hand, oldest first. */
export const scrapesBefore = (reports: string, target: string): LiveSample[] =>
  readKept(reports).flatMap((kept) => (kept.target === target ? (restoreLive(kept.live) ?? []) : []));

/** Keeps a scrape, so that the next run has a window that begins with it. */
export function keepScrape(reports: string, target: string, sample: LiveSample): void {
  const kept = [...readKept(reports), { target, live: storeLive(sample) }].slice(-mostSamples);
  mkdirSync(folderIn(reports), { recursive: true });
  writeAtomically(samplesFile(reports), JSON.stringify(kept));
}
