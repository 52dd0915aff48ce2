import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { targetIdOf, validateConfig } from '../src/core/index.ts';
import { openHistoryReader } from '../src/history/index.ts';
import { askHistory, gateSetup } from '../src/release/index.ts';
import { reportOptions, writeReport } from '../src/views/index.ts';
import { fillHistory } from './support/fill-history.ts';
import { ratioTable, sideBySide, type Taken, taken } from './support/rounds.ts';

const cycles = 17_280;
const intervalMs = 10_000;
const sampleMs = 15_000;
const lengthMs = cycles * intervalMs;
const vigil = fileURLToPath(new URL('../bin/vigil.js', import.meta.url));

// `node bench/history.ts cold FOLDER END` is the first verdict of a process that knows nothing yet.
const [mode, givenFolder, givenEndMs] = process.argv.slice(2);
const isCold = mode === 'cold';
const folder = givenFolder ?? mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
const file = path.join(folder, 'vigil.sqlite');
const endMs = Number(givenEndMs ?? Math.floor(Date.now() / intervalMs) * intervalMs);
const startMs = endMs - lengthMs;
// One stage after 48 h, so that all of it counts.
const config = validateConfig(
  {
    target: { orchestration: 'http://target' },
    rollout: { plan: [{ percent: 100, after: '48h' }] },
    reports: folder,
  },
  'the benchmark',
);

const setup = gateSetup(config, targetIdOf(config));
type Reader = ReturnType<typeof openHistoryReader>;
const ask = (reader: Reader) =>
  askHistory(reader, setup, { to: 100, askedBy: 'bench', via: 'command' }, endMs);

if (isCold) {
  // The database is opened within the time: who asks first pays for that too.
  const cold = await taken(() => {
    const reader = openHistoryReader({ file });
    ask(reader);
    reader.close();
  });
  process.stdout.write(JSON.stringify(cold));
  process.exit();
}

// 48 hours at a cycle every 10 s and a scrape every 15 s, with a deployment at their begin.
const scrapes = fillHistory({ file, cycles, startMs, intervalMs, sampleMs });
const megabytes = statSync(file).size / 1e6;
const reader = openHistoryReader({ file });
const { decision, evidence } = ask(reader); // warms up
const windowHours = (evidence.window.toMs - evidence.window.fromMs) / 3_600_000;
const said = `${decision.verdict}, ${decision.conditions.length} conditions over ${windowHours} h`;
const verdictRounds = 15;
const [warm] = await sideBySide({ warm: () => taken(() => ask(reader)) }, verdictRounds);
const self = fileURLToPath(import.meta.url);
const { stdout } = await execa(process.execPath, [self, 'cold', folder, String(endMs)]);
const cold: Taken = JSON.parse(stdout);
const figures = ({ wallMs, cpuMs }: Taken) => `${wallMs.toFixed(1)} ms, CPU ${cpuMs.toFixed(1)} ms`;
const rows = await sideBySide(
  {
    'verdict over all 48 h, in a loop that is running': () => taken(() => ask(reader)),
    '`vigil gate --to 100 --dry-run`, the whole command, default plan': () =>
      taken(() =>
        execa(process.execPath, [vigil, 'gate', '--to', '100', '--dry-run', '--reports', folder], {
          reject: false,
        }),
      ),
    'report: Markdown and HTML': () =>
      taken(() => writeReport(reader, { ...reportOptions(config, endMs), folder })),
  },
  5,
);
process.stdout.write(
  `${cycles} cycles (${(cycles * 36).toLocaleString('en')} outcomes when all 36 checks run) and ${scrapes.toLocaleString('en')} scrapes: ${megabytes.toFixed(1)} MB. The verdict: ${said}.\n\n- The verdict, warm: ${figures(warm ?? cold)} (median of ${verdictRounds} in one process, after a first one)\n- The verdict, cold: ${figures(cold)} (once, in a fresh process, with the opening of the database)\n\n5 rounds, medians\n\n${ratioTable(rows)}\n`,
);
reader.close();
rmSync(folder, { recursive: true, force: true });
