import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GenesisHandle, startGenesis } from '../../fixtures/genesis/start.ts';
import { crowded, operationsToJudge, soonJudged } from '../scripts/crowded.ts';
import { vigilHere } from '../support/vigil-here.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-small-'));
let genesis: GenesisHandle;

beforeAll(async () => {
  genesis = await startGenesis({ warmupOperations: operationsToJudge });
  await genesis.warmed;
  const target = { orchestration: genesis.orchestration, planner: genesis.planner };
  writeFileSync(
    path.join(folder, 'vigil.config.json'),
    JSON.stringify({ target, thresholds: { ...crowded, ...soonJudged } }),
  );
});
afterAll(async () => {
  await genesis.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function cycle() {
  const { code, stdout } = await vigilHere(['monitor', '--json'], folder);
  const { checks } = JSON.parse(stdout) as {
    checks: { id: string; outcome: string; reason: string | null }[];
  };
  const of = (outcome: string) => checks.filter((check) => check.outcome === outcome).map(({ id }) => id);
  const reasons = Object.fromEntries(checks.map(({ id, reason }) => [id, reason ?? '']));
  return { code, failed: of('fail'), unknown: of('unknown'), skipped: of('skipped'), reasons };
}

describe('a target that declares nothing but its two services', () => {
  test('passes from the first cycle on: what has no subject is skipped as declared', async () => {
    const first = await cycle();
    expect(first).toMatchObject({ code: 0, failed: [], unknown: [] });
    expect(first.skipped).toEqual([
      'H02',
      'H04',
      'H12',
      'M02',
      'M03',
      'S01',
      'C01',
      'C02',
      'C03',
      'C05',
      'C08',
      'C09',
      'C12',
      'C13',
      'R02',
    ]);
    expect(first.reasons.H02).toBe('not declared: traces');
    const second = await cycle();
    expect(second).toMatchObject({ code: 0, failed: [], unknown: [] });
    // Now there is evidence, so the pass rate has a subject.
    expect(second.skipped).not.toContain('C05');
    expect(second.skipped).not.toContain('R02');
  });

  test('calls for no rollback when it can’t be reached: that is no evidence', async () => {
    await genesis.stop();
    const { code, failed, unknown, reasons } = await cycle();
    expect(code).toBe(1);
    expect(failed).toEqual(expect.arrayContaining(['H01', 'S02', 'C06', 'C07', 'C10']));
    expect(unknown).toEqual(expect.arrayContaining(['R01', 'R03']));
    expect(reasons.H01).toMatch(/connection refused/);
    expect(reasons.H01).toContain(genesis.orchestration);
  });
});
