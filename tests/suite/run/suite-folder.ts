import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodes } from '../../../scripts/exit-codes.ts';
import { cycleSignals } from '../../../src/alerts/signals/cycle-signals.ts';
import type { CheckDefinition, Component } from '../../../src/core/catalogue/check-definition.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { cycleVerdict } from '../../../src/monitor/cycle/cycle-record.ts';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { type JudgedSuite, judgeCatalogue, judgeReport } from '../../../src/suite/outcomes/judge-suite.ts';
import { suiteResultOf } from '../../../src/suite/outcomes/suite-result.ts';
import { type RunSuiteOptions, runSuite, type SuiteRun } from '../../../src/suite/run/run-suite.ts';
import { openStandby } from '../../../src/suite/run/standby.ts';

/** Inside the repository, so that the suites find Vitest, and in a folder that git ignores. */
const home = fileURLToPath(new URL('../../../reports/.test-suites', import.meta.url));

/** What every small suite starts with: `test` with a `measure`, as the checks have it, and a way to leave a trace. */
const kit = `
import { appendFileSync } from 'node:fs';
import { test as base } from 'vitest';
export { expect, describe, beforeAll, afterAll } from 'vitest';
export const test = base.extend({
  measure: async ({ task }, use) => {
    const measurements = [];
    task.meta.vigil = { measurements };
    await use((value, bound = { operator: '<', value: 10 }) => {
      measurements.push({ name: 'count', value, unit: 'count', ...(bound && { bound }) });
    });
  },
});
export class UnknownOutcome extends Error { constructor(reason) { super('unknown: ' + reason); this.name = 'UnknownOutcome'; } }
export const trace = (text) => appendFileSync(new URL('./trace.txt', import.meta.url), text + '\\n');
`;

const config = (more: string) => `
import { defineConfig } from 'vitest/config';
export default defineConfig({ test: {
  include: ['*.suite.mjs'], pool: 'forks', isolate: false, fileParallelism: false, maxWorkers: 1,
  testTimeout: 20_000, teardownTimeout: 2_000, ${more}
} });
`;

const header = `import { afterAll, beforeAll, describe, expect, test, trace, UnknownOutcome } from './kit.mjs';\n`;

/** A catalogued check that measures one number; `body` runs after it. */
export const check = (title: string, body = '') =>
  `test('${title}', async ({ measure, skip }) => { measure(1); ${body} });\n`;

/** A check of a little catalogue. */
export const definition = (id: string, needs: Component[] = []): CheckDefinition => ({
  id,
  group: 'health',
  title: 'counts',
  severity: 'critical',
  priority: 'P1',
  measures: 'a number',
  needs,
  next: 'count again',
});

/** T01, T02 and T03, each called “counts”. */
export const three = ['T01', 'T02', 'T03'].map((id) => definition(id));
export const threeGreen = three.map(({ id }) => check(`${id} counts`)).join('');

/** A folder with a Vitest suite of its own; its files are `NAME.suite.mjs`. */
export function suiteFolder(files: Record<string, string>, more = ''): string {
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(path.join(home, 'suite-'));
  writeFileSync(path.join(folder, 'kit.mjs'), kit);
  writeFileSync(path.join(folder, 'vitest.config.mjs'), config(more));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, name), name.endsWith('.suite.mjs') ? header + text : text);
  }
  return folder;
}

export interface Tried extends JudgedSuite {
  run: SuiteRun;
  folder: string;
  /** Outcome by id. */
  of: Record<string, CheckOutcome>;
  verdict: 'pass' | 'fail' | 'inconclusive';
  exitCode: number;
}

export interface TryOptions {
  files: Record<string, string>;
  /** More of the suite's own Vitest configuration. */
  config?: string;
  args?: string[];
  env?: Record<string, string>;
  /** `undefined` takes the suite's own cases for the checks. */
  catalogue?: readonly CheckDefinition[] | undefined;
  declared?: Component[];
  timeoutMs?: number;
  /** Is given the folder of the suite as the run begins. */
  began?: (folder: string) => void;
  keep?: (folder: string) => void;
  signal?: AbortSignal;
  command?: string[] | undefined;
  junit?: string | undefined;
  /** By a process that waits before it is told to run. */
  standby?: boolean;
}

/** Runs a real suite in a child of its own and judges it as a cycle does. */
export async function tryOut(options: TryOptions): Promise<Tried> {
  const folder = suiteFolder(options.files, options.config);
  try {
    const suite: RunSuiteOptions['suite'] = {
      args: options.args ?? [],
      env: options.env ?? {},
      ...(options.command && { command: options.command }),
      ...(options.junit && { junit: options.junit }),
    };
    const kind = { suite, root: folder, timeoutMs: options.timeoutMs ?? 120_000 };
    const standby = options.standby ? openStandby({ ...kind, refersTo: [] }) : undefined;
    standby?.prepare();
    options.began?.(folder);
    const run = await runSuite({
      ...kind,
      standby,
      redactor: createRedactor(),
      ...(options.signal && { signal: options.signal }),
    });
    options.keep?.(folder);
    const catalogue = 'catalogue' in options ? options.catalogue : three;
    const result = suiteResultOf(run, folder);
    const judged = catalogue
      ? judgeCatalogue(result, catalogue, options.declared ?? ['orchestration'])
      : judgeReport(result);
    const verdict = cycleVerdict(cycleSignals(judged.outcomes), judged.problems);
    return {
      ...judged,
      run,
      folder,
      verdict,
      exitCode: exitCodes[verdict],
      of: Object.fromEntries(judged.outcomes.map((outcome) => [outcome.id, outcome])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `T01 pass, T02 fail: …` of every check, for one readable comparison. */
export const told = ({ outcomes }: JudgedSuite): string[] =>
  outcomes.map(
    ({ id, outcome, reason }) => `${id} ${outcome}${reason ? `: ${reason.split('\n', 1)[0]}` : ''}`,
  );
