import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { TestProject } from 'vitest/node';
import { publishReport, refuseUnknown } from '../../health-tests/support/on-demand.ts';
import type { SuiteFacts } from '../../health-tests/support/suite-facts.ts';
import { takeProcessLock } from '../../src/core/files/process-lock.ts';
import { loopLockFile } from '../../src/history/history-file.ts';
import { httpServer } from '../clients/servers.ts';
import { root } from '../docs/markdown.ts';
import { operationDurations } from '../support/operation-durations.ts';

let reports: string;
beforeEach(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-on-demand-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  reports = path.join(folder, 'reports');
});

const threeDaysMs = 3 * 86_400_000;

interface Counters {
  operations: number;
  errors: number;
  /** When the service started; it doesn't say without it. */
  startedMs: number | undefined;
}

const exposition = ({ operations, errors, startedMs }: Counters) => `# TYPE genesis_operations_total counter
genesis_operations_total ${operations}
# TYPE genesis_errors_total counter
genesis_errors_total{category="internal"} ${errors}
${operationDurations(operations, operations, operations / 100)}${startedMs === undefined ? '' : `process_start_time_seconds ${startedMs / 1000}`}
`;

/** A service that has only metrics; what happens to them at each scrape is the test's. */
async function serviceWith(counters: Counters, onScrape: () => void = () => {}): Promise<string> {
  return httpServer((_, response) => {
    onScrape();
    response.end(exposition(counters));
  });
}

/** `npx vitest run` for the checks that judge live traffic. */
async function byHand(orchestration: string) {
  const config = path.join(path.dirname(reports), 'vigil.config.json');
  writeFileSync(config, JSON.stringify({ target: { orchestration } }));
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      'monitoring.test',
      'rollback.test',
      '--reporter=verbose',
      '--reporter=junit',
      '-t',
      '^(C06|C07|R01|R03) ',
    ],
    {
      cwd: root,
      reject: false,
      env: { VIGIL_CONFIG: config, VIGIL_REPORTS: reports, NO_COLOR: '1', VITEST: undefined },
    },
  );
  const line = (id: string) => stdout.split('\n').find((text) => text.includes(` ${id} `)) ?? '';
  return { exitCode, stdout, stderr, line };
}

const old = (): number => Date.now() - threeDaysMs;

test('a deployment older than the window passes by what its counters say since it started; nothing of a run that chose its checks comes to the shared place, and VIGIL_REPORTS moves its report', async () => {
  const url = await serviceWith({ operations: 50_000, errors: 5, startedMs: old() });
  const { exitCode, stdout, line } = await byHand(url);
  expect(exitCode, stdout).toBe(0);
  for (const id of ['C06', 'C07', 'R01', 'R03']) expect(line(id)).toContain('✓');
  expect(existsSync(path.join(reports, 'health_test_results.xml'))).toBe(false);
  expect(readFileSync(path.join(reports, 'on-demand/health_test_results.xml'), 'utf8')).toContain('C06');
});

test('a deployment that has only begun is waited for while its traffic will be enough in time', async () => {
  const startedMs = Date.now() - 3000;
  const counters = { operations: 0, errors: 0, startedMs };
  const url = await serviceWith(counters, () => {
    counters.operations = Math.round((Date.now() - startedMs) / 15);
  });
  const { exitCode, stdout, line } = await byHand(url);
  expect(exitCode, stdout).toBe(0);
  expect(line('C06')).toContain('✓');
});

test('what can’t be judged is a skip that says so, and ends the run with 2: errors of long ago fail nothing', async () => {
  const url = await serviceWith({ operations: 50_000, errors: 5000, startedMs: old() });
  const { exitCode, stdout, stderr, line } = await byHand(url);
  expect(exitCode, stdout).toBe(2);
  expect(line('C06')).toMatch(/↓ .*C06 .*\[unknown: 0 of the 1000 operations that a judgement needs\]/);
  expect(line('C07')).toContain('✓');
  expect(line('R03')).toContain('✓');
  expect(stderr).toMatch(
    /INCONCLUSIVE {2}none failed, 2 checks are unknown, exit code 2\n {2}C06 .* unknown: 0 of/,
  );
});

test('errors of now fail, however good the time before was', async () => {
  const counters = { operations: 500_000, errors: 0, startedMs: old() };
  const url = await serviceWith(counters, () => {
    counters.operations += 60;
    counters.errors += 30;
  });
  const { exitCode, line } = await byHand(url);
  expect(exitCode).toBe(1);
  expect(line('C06')).toContain('×');
});

test('a run keeps its scrape: the next one judges what happened in between', async () => {
  const counters: Counters = { operations: 50_000, errors: 0, startedMs: undefined };
  const url = await serviceWith(counters);
  expect(await byHand(url)).toMatchObject({ exitCode: 2 });
  counters.operations += 5000;
  const second = await byHand(url);
  expect(second.exitCode, second.stdout).toBe(0);
});

const facts = (more: Partial<SuiteFacts> = {}): SuiteFacts =>
  ({
    collected: ['a', 'b'].map((file) => ({ file, name: file, mode: 'run' })),
    namePattern: undefined,
    shard: undefined,
    ...more,
  }) as SuiteFacts;

test.for<[string | undefined, string | undefined, number | undefined]>([
  ['unknown: too little', undefined, 2],
  ['not today', undefined, 2],
  [undefined, undefined, 2],
  [undefined, 'C06', undefined],
  ['unknown: too little', 'C06', 2],
  ['not declared: grafana', undefined, undefined],
])('a skip noted "%s", with -t %s, ends a run by hand with %s', ([note, namePattern, code]) => {
  const before = process.exitCode;
  onTestFinished(() => {
    process.exitCode = before;
  });
  process.exitCode = undefined;
  const skipped = { name: 'C02 Grafana', result: () => ({ state: 'skipped', note }) };
  const project = {
    vitest: { state: { getTestModules: () => [{ children: { allTests: () => [skipped] } }] } },
  };
  refuseUnknown(project as never, facts({ namePattern }));
  expect(process.exitCode).toBe(code);
});

describe('the report of a run by hand', () => {
  const projectOf = (files: string[]): TestProject =>
    ({
      vitest: { state: { getTestModules: () => files.map((file) => ({ file, state: () => 'passed' })) } },
    }) as never;
  const shared = () => path.join(reports, 'health_test_results.xml');
  beforeEach(() => {
    mkdirSync(path.join(reports, 'on-demand'), { recursive: true });
    writeFileSync(path.join(reports, 'on-demand/health_test_results.xml'), '<testsuites/>');
  });

  test('comes to the shared place when all of the suite ran', () => {
    publishReport(projectOf(['a', 'b']), facts(), reports);
    expect(readFileSync(shared(), 'utf8')).toBe('<testsuites/>');
  });

  test.for<[string, string[], Partial<SuiteFacts>]>([
    ['a file was chosen', ['a'], {}],
    ['a name was chosen', ['a', 'b'], { namePattern: 'C06' }],
    ['a shard was chosen', ['a', 'b'], { shard: '1/3' }],
  ])('stays where it is when %s', ([, files, more]) => {
    publishReport(projectOf(files), facts(more), reports);
    expect(existsSync(shared())).toBe(false);
  });

  test('stays where it is beside a loop', () => {
    const words = { held: () => '', hint: () => '' };
    const lock = takeProcessLock(loopLockFile(reports), new Date(), words);
    onTestFinished(() => lock.release());
    publishReport(projectOf(['a', 'b']), facts(), reports);
    expect(existsSync(shared())).toBe(false);
  });
});
