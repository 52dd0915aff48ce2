import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineCommand } from 'citty';
import { openHealthyRange } from '../fixtures/range/healthy-range.ts';
import { startLoad } from '../fixtures/range/load.ts';
import { catalogue } from '../health-tests/catalogue.ts';
import { scenarios } from '../health-tests/drill/index.ts';
import { VigilError, writeAtomically } from '../src/core/index.ts';
import {
  drillHtml,
  type HealthyResult,
  matrixHeader,
  renderDrill,
  resultLine,
  runDrill,
  runHealthy,
  type Scenario,
  type Suite,
} from '../src/drill/index.ts';
import { drillOnTarget } from './drill-on-target.ts';
import { exitCodes } from './exit-codes.ts';
import { jsonOption } from './options.ts';
import { packageRoot } from './package-root.ts';
import { terminalStyle } from './terminal.ts';

/** Which of the scenarios were asked for; a name or id that isn't there is a mistake of the caller. */
function selected(fault: string | undefined, check: string | undefined): readonly Scenario[] {
  const wanted = scenarios.filter(
    (scenario) =>
      (fault === undefined || scenario.name === fault || scenario.name.startsWith(`${fault} (`)) &&
      (check === undefined || (!scenario.around && scenario.intended.some((entry) => entry.check === check))),
  );
  if (wanted.length > 0) return wanted;
  throw new VigilError(
    'USAGE',
    `no fault ${[fault && `named “${fault}”`, check && `for ${check}`].filter(Boolean).join(' ')}`,
    {
      expected:
        fault === undefined
          ? catalogue.map(({ id }) => id).join(', ')
          : scenarios.map(({ name }) => name).join(', '),
      received: fault ?? check ?? '',
    },
  );
}

function cyclesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const cycles = Number(text);
  if (Number.isInteger(cycles) && cycles > 0 && cycles <= 10_000) return cycles;
  throw new VigilError('USAGE', '--healthy is no number of cycles', {
    expected: 'a whole number from 1 to 10000',
    received: text,
  });
}

function lanesOf(text: string | undefined): number {
  if (text === undefined) return 2 * os.availableParallelism();
  const lanes = Number(text);
  if (Number.isInteger(lanes) && lanes > 0 && lanes <= 64) return lanes;
  throw new VigilError('USAGE', '--lanes is no number of targets', {
    expected: 'a whole number from 1 to 64',
    received: text,
  });
}

async function healthyCycles(
  suite: Suite,
  cycles: number,
  underLoad: boolean,
  say: (text: string) => void,
): Promise<HealthyResult> {
  const range = await openHealthyRange();
  const load = underLoad ? startLoad() : undefined;
  try {
    return await runHealthy(range, suite, cycles, (done, red) => {
      if (cycles > 1 || red.length > 0)
        say(`  healthy ${done}/${cycles}${red.length > 0 ? `  red: ${red.join(' ')}` : ''}\n`);
    });
  } finally {
    load?.stop();
    await range.close();
  }
}

/** `vigil drill`: proves that every check can fail, and that none fails without a reason. */
export const drillCommand = defineCommand({
  meta: {
    name: 'drill',
    description: 'Puts every fault in, one at a time, and proves that its check turns red',
  },
  args: {
    fault: { type: 'string', description: 'only this fault' },
    check: { type: 'string', description: 'only the faults that this check must notice' },
    healthy: {
      type: 'string',
      description: 'instead: this many cycles on the healthy target, both cores busy',
    },
    target: { type: 'string', description: 'somebody else’s deployment: the read-only checks, no fault' },
    config: { type: 'string', description: 'the same for the deployment of a configuration file' },
    suite: { type: 'string', description: 'another copy of the suite to be drilled (its folder)' },
    standby: {
      type: 'boolean',
      default: false,
      description: 'every cycle by a process started ahead, as with suite.standby',
    },
    lanes: { type: 'string', description: 'targets side by side (default two per core)' },
    reports: { type: 'string', default: 'reports', description: 'folder for drill.html and drill.json' },
    json: jsonOption,
  },
  async run({ args }) {
    if (args.target || args.config) {
      process.exitCode = await drillOnTarget({
        ...args,
        isFaulty: Boolean(args.fault || args.check || args.healthy),
      });
      return;
    }
    // An end by a signal must run the handlers that end what the ranges started.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => process.exit(exitCodes.inconclusive));
    const output = terminalStyle(args.json ? process.stderr : process.stdout);
    const stream = args.json ? process.stderr : process.stdout;
    const say = (text: string) => void stream.write(text);
    const suite: Suite = {
      catalogue,
      root: args.suite ? path.resolve(args.suite) : packageRoot,
      standby: args.standby,
      fileOf: (group) => `health-tests/${group}.test${path.extname(import.meta.url)}`,
    };
    const cycles = cyclesOf(args.healthy);
    const wanted = cycles === undefined ? selected(args.fault, args.check) : [];
    const isWhole = !args.fault && !args.check;
    const lanes = lanesOf(args.lanes);
    if (cycles === undefined) say(`${matrixHeader(catalogue).join('\n')}\n`);
    const report = await runDrill({
      suite,
      scenarios: wanted,
      lanes,
      only: args.check ? [args.check] : isWhole ? undefined : intendedBy(wanted),
      ...(isWhole && { healthy: () => healthyCycles(suite, cycles ?? 1, cycles !== undefined, say) }),
      onResult: (result, done) =>
        say(
          `${resultLine(result, catalogue, output.style)} ${output.style.dim(`${done}/${wanted.length}`)}\n`,
        ),
    });
    const folder = path.resolve(args.reports);
    writeAtomically(path.join(folder, 'drill.json'), `${JSON.stringify(report, null, 1)}\n`);
    writeFileSync(path.join(folder, 'drill.html'), drillHtml(report, catalogue, new Date()));
    say(renderDrill(report, output.style));
    say(
      output.style.dim(
        `Written: ${path.join(args.reports, 'drill.html')}, ${path.join(args.reports, 'drill.json')}\n`,
      ),
    );
    if (args.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    process.exitCode = exitCodes[report.verdict];
  },
});

const intendedBy = (wanted: readonly Scenario[]): string[] => [
  ...new Set(
    wanted.filter(({ around }) => !around).flatMap(({ intended }) => intended.map(({ check }) => check)),
  ),
];
