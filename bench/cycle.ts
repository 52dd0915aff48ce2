import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { createOutboxTables, namingOf } from '../src/alerts/index.ts';
import { createRedactor, effectiveThresholds, validateConfig } from '../src/core/index.ts';
import { openHistory } from '../src/history/index.ts';
import { openCycleStandby, openEvaluator, runCycle, storeCycle, writeCycle } from '../src/monitor/index.ts';
import { contextOf, type Standby } from '../src/suite/index.ts';
import { benchService, benchSuites, type Size } from './support/bench-suite.ts';
import { allCpuMs, ratioTable, sideBySide, type Taken, taken } from './support/rounds.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const bin = (...parts: string[]) => path.join(repository, 'node_modules', ...parts);

/** Everything that one cycle of the loop is: suite, report, outcomes, metrics, alerts, history, files. */
function openVigil(url: string, root: string, hasStandby: boolean) {
  const reports = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
  const target = { url, metrics: undefined };
  const config = validateConfig(
    {
      target: { url: target.url },
      suite: { root, standby: hasStandby, args: ['--pool=forks', '--no-isolate', '--maxWorkers=1'] },
      reports,
    },
    'the benchmark',
  );
  const watched = config.target;
  if (!watched) throw new Error('the benchmark has no target');
  const history = openHistory({ file: path.join(reports, 'vigil.sqlite') });
  createOutboxTables(history.database);
  const table = effectiveThresholds(config);
  const evaluator = openEvaluator({
    history,
    table,
    naming: namingOf(config),
    catalogue: undefined,
    baseline: new Map(),
    maintenance: [],
    route: () => [],
    redactor: createRedactor(),
    url,
    evaluationIntervalMs: 15_000,
    cycleIntervalMs: 300_000,
  });
  const standby: Standby | undefined = openCycleStandby(config, root);
  let afterMs = 0;
  const cycle = async () => {
    const context = contextOf(config, watched, { cycleId: randomUUID(), targetId: url });
    const record = await runCycle({
      config,
      context,
      catalogue: undefined,
      suiteRoot: root,
      snapshots: [],
      standby,
      redactor: createRedactor(),
    });
    const began = performance.now();
    if (record.verdict !== 'pass')
      throw new Error(`the cycle is ${record.verdict}: ${record.problems.join('; ')}`);
    const totals = storeCycle(history, record, record.startedAt.getTime());
    evaluator.evaluate(Date.now(), record.outcomes);
    writeCycle(record, { reports, metricsPrefix: config.metricsPrefix, history, totals });
    afterMs = performance.now() - began;
  };
  return {
    cycle,
    standby,
    afterMs: () => afterMs,
    async close() {
      await standby?.close();
      history.close();
      rmSync(reports, { recursive: true, force: true });
    },
  };
}

/** The cycle of a process that waits: its wall clock begins with the word, its CPU with its start. */
async function fromStandby({ standby, cycle }: ReturnType<typeof openVigil>): Promise<Taken> {
  const cpu = allCpuMs();
  const work = standby?.prepare();
  while (work && !existsSync(work.ready)) await sleep(10);
  await sleep(400);
  const { wallMs } = await taken(cycle);
  return { wallMs, cpuMs: allCpuMs() - cpu };
}

async function measure(size: Size, rounds: number): Promise<string> {
  const service = await benchService();
  const suites = benchSuites(service.url, size);
  const [child, waiting] = [false, true].map((hasStandby) =>
    openVigil(service.url, suites.vitest, hasStandby),
  );
  if (!child || !waiting) throw new Error('nothing to measure');
  const plain = (file: string, args: string[], cwd: string) =>
    taken(() => execa(file, args, { cwd, env: { CI: '1', VITEST: undefined, NODE_ENV: undefined } }));
  const after: number[] = [];
  const contestants = {
    '`npx vitest run`, bare': () => plain('npx', ['--no', 'vitest', 'run'], suites.vitest),
    'Vigil, a child per cycle, everything': async () => {
      const result = await taken(child.cycle);
      after.push(child.afterMs());
      return result;
    },
    'Vigil with `suite.standby`, everything, from the word': () => fromStandby(waiting),
    'mocha, bare': () =>
      plain(process.execPath, [bin('mocha', 'bin', 'mocha.js'), '*.test.mjs'], suites.mocha),
  };
  for (const run of Object.values(contestants)) await run(); // compile caches, and the worker to start ahead
  after.length = 0;
  const rows = await sideBySide(contestants, rounds);
  await Promise.all([child.close(), waiting.close()]);
  service.close();
  rmSync(path.dirname(suites.vitest), { recursive: true, force: true });
  const sorted = after.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return `${size.checks} loopback HTTP checks in ${size.files} files, ${rounds} rounds, medians\n\n${ratioTable(rows)}\n\nAfter the suite has been judged, everything else: ${middle.toFixed(1)} ms (median).\n`;
}

const rounds = Number(process.argv[2] ?? 9);
process.stdout.write(`${await measure({ checks: 36, files: 5 }, rounds)}\n`);
