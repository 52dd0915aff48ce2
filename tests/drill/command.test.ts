import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GenesisHandle, startGenesis } from '../../fixtures/genesis/start.ts';
import { copySuite } from '../../fixtures/range/suite-copy.ts';
import { inOrder } from '../support/in-order.ts';
import { vigilHere } from '../support/vigil-here.ts';

const vigil = fileURLToPath(new URL('../../bin/vigil.js', import.meta.url));
const reports = mkdtempSync(path.join(tmpdir(), 'vigil-drill-'));
afterAll(() => rmSync(reports, { recursive: true, force: true }));

const drill = (...args: string[]) =>
  execa(process.execPath, [vigil, 'drill', '--reports', reports, ...args], { reject: false, cwd: reports });

describe('vigil drill', () => {
  test('proves one check by its fault, and writes the matrix as text, JSON and a page', async () => {
    const { exitCode, stdout, stderr } = await drill('--check', 'H13', '--json');
    expect(stderr).toContain('timeout-over-interval');
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      verdict: 'pass',
      summary: { checks: 1, proven: 1, missed: 0, strays: 0 },
    });
    const reasons = report.scenarios.map(
      ({ checks }: { checks: { id: string; reason?: string }[] }) =>
        checks.find(({ id }) => id === 'H13')?.reason,
    );
    expect(reasons).toContainEqual(expect.stringMatching(/testTimeout 10m is not inside/));
    expect(JSON.parse(readFileSync(path.join(reports, 'drill.json'), 'utf8'))).toEqual(report);
    expect(readFileSync(path.join(reports, 'drill.html'), 'utf8')).toContain('timeout-over-interval');
  });

  test.each<[how: string, file: string, from: RegExp | string, to: string, fault: string, check: string]>([
    [
      'was weakened to return early',
      'health.test.ts',
      /(test\('H08 [^\n]*\n)/,
      "$1  measure.none('faults of the graph', []);\n  return;\n",
      'graph-cycle',
      'H08',
    ],
    [
      'lost its limit',
      'slo.test.ts',
      "'smokePassRate.slo'",
      "{ unit: 'ratio', must: { operator: '>', value: 0 } }",
      'smoke',
      'S01',
    ],
  ])('catches a check that %s, and names it', async (_, file, from, to, fault, check) => {
    const weakened = copySuite(file, (source) => source.replace(from, to));
    try {
      const { exitCode, stdout } = await drill('--suite', weakened.root, '--fault', fault, '--lanes', '1');
      expect(stdout).toMatch(inOrder(check, 'not', `“${fault}”`, 'pass'));
      expect(exitCode).toBe(1);
    } finally {
      weakened.remove();
    }
  });

  test.each([
    [['--fault', 'no-such-fault'], /no fault named “no-such-fault”/],
    [['--check', 'Z99'], /no fault for Z99/],
    [['--healthy', 'many'], /invalid --healthy "many": expected 1 to 10000/],
    [['--lanes', '0'], /invalid --lanes "0": expected 1 to 64/],
    [
      ['--target', 'http://127.0.0.1:1', '--fault', 'errors'],
      /faults and load are put into the reference target only/,
    ],
    [
      ['--target', 'http://127.0.0.1:1', '--healthy', '3'],
      /faults and load are put into the reference target only/,
    ],
  ])('refuses %j with a sentence and exit 64', async (args, sentence) => {
    const { code, stderr } = await vigilHere(['drill', '--reports', reports, ...args], reports);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(64);
  });
});

describe('vigil drill --target', () => {
  let genesis: GenesisHandle;
  beforeAll(async () => {
    genesis = await startGenesis({ trafficPerSecond: 0 });
  });
  afterAll(() => genesis.stop());

  const operations = async () => {
    const text = await (await fetch(`${genesis.orchestration}/metrics`)).text();
    const values = [...text.matchAll(/^genesis_(?:operations|errors)_total\{.*\} (\d+)$/gm)];
    expect(values.length).toBeGreaterThan(2);
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  };

  test('runs the checks that only read, and sends the deployment no operation', async () => {
    const { exitCode, stdout } = await drill('--target', genesis.orchestration, '--json');
    const report = JSON.parse(stdout);
    const states = Object.fromEntries(
      report.checks.map(({ id, outcome }: { id: string; outcome: string }) => [id, outcome]),
    );
    expect(states).toMatchObject({
      H01: 'pass',
      H13: 'pass',
      H04: 'skipped',
      C06: 'unknown',
      R01: 'unknown',
    });
    expect(report.notRun).toEqual(expect.arrayContaining(['H06', 'S02', 'C09', 'C10', 'C11']));
    expect(exitCode).toBe(2);
    expect(await operations()).toBe(0);
  });
});
