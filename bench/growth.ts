import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type MannKendall, mannKendall } from '../health-tests/support/trend.ts';
import { median, targetIdOf } from '../src/core/index.ts';
import { openHistoryReader } from '../src/history/index.ts';
import { statusDocument } from '../src/monitor/index.ts';
import { askHistory, gateSetup } from '../src/release/index.ts';
import { parseJUnit } from '../src/suite/index.ts';
import { countsOf } from '../tests/history/counts.ts';
import { benchService, benchSuites } from './support/bench-suite.ts';
import {
  type BenchWatch,
  type CycleCost,
  copiedSuite,
  openBenchWatch,
  passingReport,
} from './support/bench-watch.ts';
import { table } from './support/rounds.ts';
import { ownCpuMs, type Step } from './support/step-clock.ts';

/** A share of growth from the first to the last cycles that is called flat, significant or not. */
const flatWithin = 0.05;
const significance = 0.05;
/** Cycles whose median stands for the begin, and for the end. */
const edge = 200;
/** A child's CPU is known to 10 ms: of so many cycles the mean is taken before a trend is looked for. */
const block = 20;
/** As many cycles as the JSON files show: from there on nothing that is bounded fills up any more. */
const keptEntries = 1000;
const minuteMs = 60_000;
/** Cycles that fill the longest window there is, 48 h at one every 5 min, with what the watch records of itself. */
const windowCycles = 600;

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
const milliseconds = (value: number, digits = 1) => `${value.toFixed(digits)} ms`;
const progress = (text: string) => process.stderr.write(`  ${text}\n`);

interface Trend extends MannKendall {
  first: number;
  last: number;
  /** Of the last by the first, with what the control grew by taken out. */
  ratio: number;
  isFlat: boolean;
}

/** A trend of costs beside that of a control which does the same work each time: the machine is not always as fast. */
function trendOf(values: readonly number[], control: readonly number[], atEdge: number): Trend {
  const [first, last] = [median(values.slice(0, atEdge)), median(values.slice(-atEdge))];
  const steady = control.map((_, index) => median(control.slice(Math.max(0, index - 10), index + 11)));
  const ratios = values.map((value, index) => value / (steady[index] as number));
  const ratio = median(ratios.slice(-atEdge)) / median(ratios.slice(0, atEdge));
  const found = mannKendall(ratios);
  const grows = found.tau > 0 && found.pValue < significance && ratio > 1 + flatWithin;
  return { ...found, first, last, ratio, isFlat: !grows };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Means of so many values each. */
function blocks(values: readonly number[]): number[] {
  const means: number[] = [];
  for (let at = 0; at + block <= values.length; at += block) {
    means.push(mean(values.slice(at, at + block)));
  }
  return means;
}

/** The same questions to the history as it is now, as often as asked: what they cost differs by the machine alone. */
function openControl({ history, clock }: BenchWatch) {
  const file = path.join(folder, 'still.sqlite');
  history.database.exec(`VACUUM INTO '${file}'`);
  const nowMs = clock.now();
  const reader = openHistoryReader({ file, now: () => new Date(nowMs) });
  const report = passingReport(36);
  const metrics = reader.metrics().slice(0, 10);
  const ask = () => {
    parseJUnit(report);
    reader.snapshots(nowMs - 48 * 60 * minuteMs, 200);
    for (const name of metrics) reader.series(name, [], nowMs - 6 * 60 * minuteMs, nowMs);
  };
  return {
    cost() {
      const [wall, cpu] = [performance.now(), ownCpuMs()];
      ask();
      return { wallMs: performance.now() - wall, ownCpuMs: ownCpuMs() - cpu };
    },
    close: () => reader.close(),
  };
}

/** The cost of each of many cycles of one watch, and whether it grows. */
async function overCycles(cycles: number): Promise<string> {
  const watch = await openBenchWatch({
    suite: copiedSuite(folder, 36),
    intervalMs: 5 * minuteMs,
    sampleMs: minuteMs,
    pastCycles: keptEntries,
  });
  const costs: CycleCost[] = [];
  const controls: { wallMs: number; ownCpuMs: number }[] = [];
  for (let count = 0; count < windowCycles; count += 1) await watch.nextCycle();
  progress(`${windowCycles} cycles that fill the window of 48 h`);
  const control = openControl(watch);
  const megabytesBefore = countsOf(watch.history).bytes / 1e6;
  for (let count = 1; count <= cycles; count += 1) {
    costs.push(await watch.nextCycle());
    controls.push(control.cost());
    if (count % 200 === 0) progress(`${count} of ${cycles} cycles`);
  }
  const megabytes = countsOf(watch.history).bytes / 1e6;
  control.close();
  await watch.close();
  const atEdge = Math.min(edge, Math.floor(cycles / 3));
  const inBlocks = Math.max(1, Math.floor(atEdge / block));
  const of = (read: (cost: CycleCost) => number) => costs.map(read);
  const [wall, cpu] = [controls.map(({ wallMs }) => wallMs), controls.map((each) => each.ownCpuMs)];
  const byWall = (read: (cost: CycleCost) => number) => trendOf(of(read), wall, atEdge);
  const byCpu = (read: (cost: CycleCost) => number) => trendOf(of(read), cpu, atEdge);
  const trends: [string, Trend][] = [
    ['a cycle, wall', byWall(({ cycle }) => cycle.wallMs)],
    [
      `a cycle, CPU of the child (means of ${block})`,
      trendOf(blocks(of(({ cycle }) => cycle.childrenCpuMs)), blocks(cpu), inBlocks),
    ],
    ['a cycle, Vigil’s own CPU', byCpu(({ cycle }) => cycle.ownCpuMs)],
    ['five scrapes and evaluations between two cycles, wall', byWall(({ between }) => between.wallMs)],
    ['the same, CPU', byCpu(({ between }) => between.ownCpuMs)],
  ];
  const rows = trends.map(([what, { tau, pValue, first, last, ratio, isFlat }]) => [
    what,
    milliseconds(first),
    milliseconds(last),
    (last / first).toFixed(2),
    ratio.toFixed(2),
    tau.toFixed(3),
    pValue < 0.001 ? '< 0.001' : pValue.toFixed(3),
    isFlat ? 'flat' : 'grows',
  ]);
  const [before, after] = [median(cpu.slice(0, atEdge)), median(cpu.slice(-atEdge))];
  const still = ['the control, CPU', milliseconds(before), milliseconds(after), (after / before).toFixed(2)];
  rows.push([...still, '1', '–', '–', '–']);
  const allFlat = trends.every(([, { isFlat }]) => isFlat);
  return `### ${cycles.toLocaleString('en')} cycles of one watch

A real watch: a child that copies a JUnit report of 36 cases, and all that Vigil does itself (report, outcomes, signals,
18 rules, outbox, history, files), every 5 min of a clock that jumps, with a scrape every minute. It begins with ${keptEntries.toLocaleString('en')}
cycles in its history, as many as the JSON files show and JUnit reports are kept, and ${windowCycles} that fill the window of 48 h and are not counted; the
database has ${megabytesBefore.toFixed(1)} MB at the begin and ${megabytes.toFixed(1)} MB at the end. Left out of the rows is the look whether all of it is sound:
it grows with the database, and is made the rarer the longer it takes (${milliseconds(mean(of(({ lookCpuMs }) => lookCpuMs).slice(-atEdge)))} of CPU per cycle at the end,
0.02 % of the time at most).
After each cycle a control asks the same of a copy of the history at the begin: it would grow only with the machine's
moods. Tau and p by Mann–Kendall of the costs by the control (median of 21); *grows* is a tau above 0 with p < ${significance} and
medians that differ by more than ${flatWithin * 100} %.

${table(['', `median of the first ${atEdge}`, `of the last ${atEdge}`, 'ratio', 'by the control', 'tau', 'p', ''], rows)}

Cost over ${cycles.toLocaleString('en')} cycles, without the look: ${allFlat ? 'flat' : 'grows'}.
`;
}

/** CPU of something that is done in this process, milliseconds. */
function cpuMsOf(action: () => unknown): number {
  const before = ownCpuMs();
  action();
  return ownCpuMs() - before;
}

interface Held {
  pastCycles: number;
  watch: BenchWatch;
  costs: Record<'cycle' | 'between' | 'verdict' | 'status', number[]>;
}

/** What one cycle, one verdict and one status cost on histories of several lengths, side by side. */
async function overHistories(sizes: readonly number[], rounds: number): Promise<string> {
  const all: Held[] = [];
  for (const pastCycles of sizes) {
    progress(`a history of ${pastCycles} cycles`);
    const watch = await openBenchWatch({
      suite: copiedSuite(folder, 36),
      intervalMs: 10_000,
      sampleMs: 15_000,
      pastCycles,
    });
    all.push({ pastCycles, watch, costs: { cycle: [], between: [], verdict: [], status: [] } });
  }
  for (let round = -2; round < rounds; round += 1) {
    for (const { watch, costs } of all) {
      const { cycle, between } = await watch.nextCycle();
      const setup = gateSetup(watch.config, targetIdOf(watch.config));
      const to = setup.plan.at(-1)?.percent ?? 100;
      const verdict = cpuMsOf(() =>
        askHistory(watch.history, setup, { to, askedBy: 'bench', via: 'command' }, watch.clock.now()),
      );
      const status = cpuMsOf(() => JSON.stringify(statusDocument(watch.watch.status())));
      if (round < 0) continue;
      costs.cycle.push(cycle.ownCpuMs);
      if (between.wallMs > 0) costs.between.push(between.ownCpuMs);
      costs.verdict.push(verdict);
      costs.status.push(status);
    }
  }
  for (const { watch } of all) await watch.close();
  const kinds = [
    ['cycle', 'one cycle, CPU without the child and the look'],
    ['between', 'one scrape and evaluation between two cycles, CPU'],
    ['verdict', 'the gate’s verdict over the default plan, CPU'],
    ['status', '`/api/status`, CPU'],
  ] as const;
  const rows = kinds.map(([kind, what]) => {
    const medians = all.map(({ costs }) => median(costs[kind]));
    const first = medians[0] ?? Number.NaN;
    return [what, ...medians.map((value) => `${milliseconds(value)} (${(value / first).toFixed(2)})`)];
  });
  const heads = sizes.map((size) => size.toLocaleString('en'));
  return `### On a history that is long already

Cycles every 10 s and a scrape every 15 s before it; ${rounds} rounds, in turn, medians, and the ratio to the first column.

${table(['cycles in the history', ...heads], rows)}
`;
}

interface SuiteFigures {
  checks: number;
  wallMs: number;
  ownCpuMs: number;
  childrenCpuMs: number;
  peakMb: number;
  suitePeakMb: number;
}

/** Highest memory that a process and those of its group ever held at once each, MB; 0 when all are gone. */
function peakOf(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean);
    const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    return Math.max(kilobytes / 1000, ...children.map((child) => peakOf(Number(child))));
  } catch {
    return 0; // it has ended meanwhile
  }
}

/** Measures cycles of one suite; called in a process of its own, so that its memory is that of this suite. */
async function ofSuite(root: string, checks: number, rounds: number): Promise<SuiteFigures> {
  let pid = 0;
  let suitePeakMb = 0;
  const watch = await openBenchWatch({
    suite: { root, args: ['--pool=forks', '--maxWorkers=1'] },
    intervalMs: 5 * minuteMs,
    sampleMs: 5 * minuteMs,
    onStart: (started) => {
      pid = started;
    },
  });
  const looking = setInterval(() => {
    suitePeakMb = Math.max(suitePeakMb, peakOf(pid));
  }, 20);
  await watch.nextCycle(); // compile caches; its memory is that of any other
  clearInterval(looking); // looking costs CPU, which the next are measured by
  const cycles: Step[] = [];
  for (let round = 0; round < rounds; round += 1) cycles.push((await watch.nextCycle()).cycle);
  await watch.close();
  return {
    checks,
    wallMs: median(cycles.map(({ wallMs }) => wallMs)),
    ownCpuMs: median(cycles.map(({ ownCpuMs }) => ownCpuMs)),
    childrenCpuMs: median(cycles.map(({ childrenCpuMs }) => childrenCpuMs)),
    peakMb: process.resourceUsage().maxRSS / 1000,
    suitePeakMb,
  };
}

/** What a cycle costs with more checks: the suite, and Vigil's part. */
async function overChecks(sizes: readonly number[], rounds: number): Promise<string> {
  const service = await benchService();
  const figures: SuiteFigures[] = [];
  for (const checks of sizes) {
    progress(`a suite of ${checks} checks`);
    const { vitest } = benchSuites(service.url, { checks, files: 5 });
    const args = [fileURLToPath(import.meta.url), 'suite', vitest, String(checks), String(rounds)];
    const { stdout } = await execa(process.execPath, args, { stderr: 'inherit' });
    figures.push(JSON.parse(stdout));
    rmSync(path.dirname(vitest), { recursive: true, force: true });
  }
  service.close();
  const perCheck = (value: number, { checks }: SuiteFigures) => milliseconds(value / checks, 2);
  const rows = figures.map((found) => [
    found.checks.toLocaleString('en'),
    milliseconds(found.wallMs, 0),
    milliseconds(found.childrenCpuMs, 0),
    perCheck(found.childrenCpuMs, found),
    milliseconds(found.ownCpuMs),
    perCheck(found.ownCpuMs, found),
    `${found.suitePeakMb.toFixed(0)} MB`,
    `${found.peakMb.toFixed(0)} MB`,
  ]);
  const [least, most] = [figures[0], figures.at(-1)];
  const more = (most?.checks ?? 0) / (least?.checks ?? 1);
  const ratio = (most?.ownCpuMs ?? 0) / (least?.ownCpuMs ?? 1);
  return `### More checks

Loopback HTTP checks in 5 files, run by Vitest in a child; the service answers from another process. ${rounds} cycles
after a first one, medians; each size in a process of its own. Peaks are of one process each: the largest of the suite's, and Vigil's.

${table(
  [
    'checks',
    'cycle, wall',
    'suite, CPU',
    'per check',
    'Vigil’s part, CPU',
    'per check',
    'suite, peak',
    'Vigil, peak',
  ],
  rows,
)}

Of ${more.toFixed(0)} times the checks Vigil’s own part costs ${ratio.toFixed(1)} times as much: ${ratio <= more ? 'not worse than linear' : 'worse than linear'}.
`;
}

// `node bench/growth.ts [cycles, rounds of histories, rounds of suites]`, each smaller for a first look.
const [first = '2000', ...more] = process.argv.slice(2);

/** The same file in a process of its own: what a process holds is what starting a child costs it. */
async function inOwnProcess(...args: string[]): Promise<void> {
  await execa(process.execPath, [fileURLToPath(import.meta.url), ...args], { stdio: 'inherit' });
}

try {
  if (first === 'suite') {
    const [root = '', checks = '36', rounds = '3'] = more;
    process.stdout.write(JSON.stringify(await ofSuite(root, Number(checks), Number(rounds))));
  } else if (first === 'cycles') {
    process.stdout.write(`${await overCycles(Number(more[0]))}\n`);
  } else if (first === 'histories') {
    process.stdout.write(`${await overHistories([0, 1000, 5000, 17_280], Number(more[0]))}\n`);
  } else {
    const [histories = '30', suites = '3'] = more;
    await inOwnProcess('cycles', first);
    await inOwnProcess('histories', histories);
    process.stdout.write(`${await overChecks([36, 360, 3600], Number(suites))}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
