import os from 'node:os';
import path from 'node:path';
import { openHealthyRange } from '../fixtures/range/healthy-range.ts';
import { startLoad } from '../fixtures/range/load.ts';
import { catalogue } from '../health-tests/catalogue.ts';
import { scenarios } from '../health-tests/drill/index.ts';
import {
  headAt,
  loadConfig,
  requireReports,
  requireTemporaryFolder,
  VigilError,
  validateConfig,
  writeAtomically,
} from '../src/core/index.ts';
import {
  type DrillDocument,
  drillHtml,
  drillOnTarget,
  type HealthyResult,
  intendedBy,
  matrixHeader,
  onTargetDocument,
  onTargetText,
  renderDrill,
  resultLine,
  runDrill,
  runHealthy,
  type Suite,
  selectScenarios,
} from '../src/drill/index.ts';
import { exitCodes } from './exit-codes.ts';
import { packageRoot } from './package-root.ts';
import { fileOf } from './suite-of.ts';
import { terminalStyle } from './terminal.ts';
import { json } from './values.ts';

interface DrillOptions {
  fault?: string;
  check?: string;
  healthy?: number;
  target?: string;
  config?: string;
  deployment?: string;
  suite?: string;
  standby?: boolean;
  lanes?: number;
  reports: string;
  json?: boolean;
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

/** The read-only checks against somebody else's deployment; faults and load are refused there. */
async function onTarget(args: DrillOptions): Promise<void> {
  if (args.fault || args.check || args.healthy) {
    throw new VigilError('USAGE', 'faults and load are put into the reference target only', {
      expected: '--target or --config alone, or neither of them',
      hint: 'vigil drill, without --target, drills the same checks on the reference',
    });
  }
  const { config, file } =
    args.target === undefined
      ? await loadConfig(process.cwd(), args.config, args.deployment)
      : { config: validateConfig({ target: { orchestration: args.target } }, '--target') };
  if (!config.target) {
    throw new VigilError('USAGE', `${file} declares no target`, {
      expected: 'target: { orchestration: URL, … }',
    });
  }
  const result = await drillOnTarget(config, { catalogue, root: packageRoot });
  const { style } = terminalStyle(process.stdout);
  process.stdout.write(args.json ? json(onTargetDocument(result, Date.now())) : onTargetText(result, style));
  process.exitCode = exitCodes[result.verdict];
}

/** `vigil drill`: proves that every check can fail, and that none fails without a reason. */
export async function runDrillCommand(args: DrillOptions): Promise<void> {
  requireTemporaryFolder();
  if (args.target || args.config) return onTarget(args);
  requireReports(path.resolve(args.reports));
  // An end by a signal must run the handlers that end what the ranges started.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(exitCodes.inconclusive));
  const stream = args.json ? process.stderr : process.stdout;
  const { style } = terminalStyle(stream);
  const say = (text: string) => void stream.write(text);
  const suite: Suite = {
    catalogue,
    root: args.suite ? path.resolve(args.suite) : packageRoot,
    standby: args.standby ?? false,
    fileOf,
  };
  const cycles = args.healthy;
  const wanted = cycles === undefined ? selectScenarios(scenarios, catalogue, args) : [];
  const isWhole = !args.fault && !args.check;
  if (cycles === undefined) say(`${matrixHeader(catalogue).join('\n')}\n`);
  const report = await runDrill({
    suite,
    scenarios: wanted,
    concurrency: args.lanes ?? 2 * os.availableParallelism(),
    only: args.check ? [args.check] : isWhole ? undefined : intendedBy(wanted),
    ...(isWhole && { healthy: () => healthyCycles(suite, cycles ?? 1, cycles !== undefined, say) }),
    onResult: (result, done) =>
      say(`${resultLine(result, catalogue, style)} ${style.dim(`${done}/${wanted.length}`)}\n`),
  });
  const document: DrillDocument = { ...headAt(Date.now()), ...report };
  const [html, file] = [path.join(args.reports, 'drill.html'), path.join(args.reports, 'drill.json')];
  writeAtomically(path.resolve(file), `${JSON.stringify(document, null, 1)}\n`);
  writeAtomically(path.resolve(html), drillHtml(report, catalogue, new Date()));
  say(`${renderDrill(report, style)}${style.dim(`Written: ${html}, ${file}`)}\n`);
  if (args.json) process.stdout.write(json(document));
  process.exitCode = exitCodes[report.verdict];
}
