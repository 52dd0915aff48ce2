import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { reportOptions } from '../scripts/report.ts';
import { validateConfig } from '../src/config/index.ts';
import { askHistory, gateSetup } from '../src/gate/index.ts';
import { openHistory, openHistoryReader } from '../src/history/index.ts';
import { writeReport } from '../src/report/index.ts';
import { backFill } from '../tests/history/back-fill.ts';
import { SyntheticTarget } from '../tests/loop/synthetic-target.ts';
import { ratioTable, sideBySide, taken } from './support/rounds.ts';

const cycles = 17_280;
const intervalMs = 10_000;
const sampleMs = 15_000;
const lengthMs = cycles * intervalMs;
const vigil = fileURLToPath(new URL('../bin/vigil.js', import.meta.url));

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
const file = path.join(folder, 'vigil.sqlite');
const endMs = Math.floor(Date.now() / intervalMs) * intervalMs;
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

/** 48 hours at a cycle every 10 s and a scrape every 15 s, with a deployment at their begin. */
function fill(): number {
  const history = openHistory({ file });
  history.database.exec('PRAGMA synchronous = OFF');
  backFill(history, cycles, startMs, intervalMs);
  const target = new SyntheticTarget(startMs, []);
  let scrapes = 0;
  for (let begun = startMs; begun < endMs; begun += 500 * sampleMs) {
    history.transaction(() => {
      for (let atMs = begun; atMs < Math.min(begun + 500 * sampleMs, endMs); atMs += sampleMs) {
        for (const { job, samples } of target.scrape(atMs)) {
          history.recordSamples(atMs, samples, job);
          scrapes += 1;
        }
      }
    });
  }
  history.recordDeployment({ timeMs: startMs, release: 'v2' });
  history.saveState('watch', { intervalMs, startedMs: startMs, url: '', pid: 0, targetId: 'http://target' });
  history.saveState('sentinel', { state: 'received', atMs: endMs - 600_000, tookMs: 400 });
  history.saveState('confirmation', { state: 'none' });
  history.close();
  return scrapes;
}

const scrapes = fill();
const megabytes = statSync(file).size / 1e6;
const reader = openHistoryReader({ file });
const setup = gateSetup(config, undefined);
const ask = (to: number) => askHistory(reader, setup, { to, askedBy: 'bench', via: 'command' }, endMs);
const { decision, evidence } = ask(100);
const windowHours = (evidence.window.toMs - evidence.window.fromMs) / 3_600_000;
const said = `${decision.verdict}, ${decision.conditions.length} conditions over ${windowHours} h`;
const rows = await sideBySide(
  {
    'verdict over all 48 h, in a loop that is running': () => taken(() => ask(100)),
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
  `${cycles} cycles (${(cycles * 36).toLocaleString('en')} outcomes when all 36 checks run) and ${scrapes.toLocaleString('en')} scrapes: ${megabytes.toFixed(1)} MB. The verdict: ${said}. 5 rounds, medians\n\n${ratioTable(rows)}\n`,
);
reader.close();
rmSync(folder, { recursive: true, force: true });
