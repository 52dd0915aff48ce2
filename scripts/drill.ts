import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
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
import { packageRoot } from './package-root.ts';
import { terminalStyle } from './terminal.ts';

interface DrillOptions {
  fault?: string;
  check?: string;
  healthy?: number;
  target?: string;
  config?: string;
  suite?: string;
  standby?: boolean;
  lanes?: number;
  reports: string;
  json?: boolean;
}

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
export async function runDrillCommand(args: DrillOptions): Promise<void> {
  if (args.target || args.config) {
    process.exitCode = await drillOnTarget({
      target: args.target,
      config: args.config,
      json: args.json ?? false,
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
    standby: args.standby ?? false,
    fileOf: (group) => `health-tests/${group}.test${path.extname(import.meta.url)}`,
  };
  const cycles = args.healthy;
  const wanted = cycles === undefined ? selected(args.fault, args.check) : [];
  const isWhole = !args.fault && !args.check;
  const lanes = args.lanes ?? 2 * os.availableParallelism();
  if (cycles === undefined) say(`${matrixHeader(catalogue).join('\n')}\n`);
  const report = await runDrill({
    suite,
    scenarios: wanted,
    lanes,
    only: args.check ? [args.check] : isWhole ? undefined : intendedBy(wanted),
    ...(isWhole && { healthy: () => healthyCycles(suite, cycles ?? 1, cycles !== undefined, say) }),
    onResult: (result, done) =>
      say(`${resultLine(result, catalogue, output.style)} ${output.style.dim(`${done}/${wanted.length}`)}\n`),
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
}

const intendedBy = (wanted: readonly Scenario[]): string[] => [
  ...new Set(
    wanted.filter(({ around }) => !around).flatMap(({ intended }) => intended.map(({ check }) => check)),
  ),
];
