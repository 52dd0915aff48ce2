import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { formatDuration, parseDuration } from '../src/core/index.ts';
import { planOf } from '../tests/soak/plan.ts';
import { runSoak } from '../tests/soak/run-soak.ts';

const usage = 'npm run soak -- [--duration 1h, at least 45s] [--seed NUMBER] [--calm] [--keep]\n';

function given() {
  try {
    return parseArgs({
      options: {
        duration: { type: 'string', default: '1m' },
        seed: { type: 'string' },
        keep: { type: 'boolean', default: false },
        calm: { type: 'boolean', default: false },
      },
    }).values;
  } catch {
    process.stderr.write(usage);
    process.exit(64);
  }
}

const values = given();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const durationMs = parseDuration(values.duration);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const print = (line = '') => process.stdout.write(`${line}\n`);

const text = (figure: string, value: number): string =>
  figure.endsWith('Bytes') ? `${(value / 2 ** 20).toFixed(1)} MiB` : value.toFixed(1);

async function main(lengthMs: number): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-soak-'));
  const planned = planOf(seed, lengthMs, {
    patienceMs: 330_000, // a try comes after five minutes at the latest

    quietMs: 10_000,
    faultMs: 9000,
    settleMs: 20_000,
    blowEveryMs: Math.max(40_000, lengthMs / 12),
  });
  // One long life shows what grows slowly.
  const plan = values.calm ? { ...planned, blows: [] } : planned;
  print(`A real loop, a cycle a second, for ${formatDuration(lengthMs)}; again with --seed ${seed}`);
  print(
    `${plan.faults.length} faults, ${plan.blows.length} kills and restarts, ${plan.outages.length} outages of a receiver; in ${folder}`,
  );
  const { findings, starved, courses, told, cycles, slots, lives } = await runSoak(plan, folder, print);
  print();
  print(
    `${cycles} cycles, ${slots.observed} slots observed, ${slots.missed} missed, ${lives} lives of the loop, ${told.length} notifications taken`,
  );
  print();
  print(
    ['figure', 'samples', 'first third', 'last third', 'most', 'rise', 'p of a trend']
      .map((name) => name.padEnd(14))
      .join(''),
  );
  for (const { figure, samples, from, to, max, rise, pValue } of courses) {
    const cells = [
      figure,
      String(samples),
      text(figure, from),
      text(figure, to),
      text(figure, max),
      text(figure, rise),
      pValue.toPrecision(2),
    ];
    print(cells.map((cell) => cell.padEnd(14)).join(''));
  }
  print();
  const names = Map.groupBy(
    told.filter(({ status }) => status === 'firing'),
    ({ name }) => name,
  );
  print(
    `told: ${[...names].map(([name, each]) => `${name} ${new Set(each.map(({ startsMs, fingerprint }) => `${startsMs}${fingerprint}`)).size}×`).join(', ') || 'nothing'}`,
  );
  if (starved.length > 0)
    print(`${starved.length} faults were not judged: the machine was too busy for a cycle in time`);
  for (const finding of findings) print(`✗ ${finding}`);
  if (findings.length === 0) print('✓ flat, and told exactly what the faults imply');
  if (!values.keep && findings.length === 0) rmSync(folder, { recursive: true, force: true });
  return findings.length === 0 ? 0 : 1;
}

if (durationMs === undefined || durationMs < 45_000 || !Number.isFinite(seed)) {
  process.stderr.write(usage);
  process.exitCode = 64;
} else process.exitCode = await main(durationMs);
