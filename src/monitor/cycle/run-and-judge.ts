import { stripVTControlCharacters } from 'node:util';
import { traceparentOf } from '../../clients/index.ts';
import {
  type CheckDefinition,
  checksOfShard,
  oneLine,
  type ProbeConfig,
  patternOfTitles,
  type Redactor,
  type Shard,
  shortened,
  testTitle,
  type VigilConfig,
  variables,
  withoutShard,
} from '../../core/index.ts';
import {
  type CaseEvent,
  judgeCatalogue,
  type RunContext,
  runProbes,
  runSuite,
  type Standby,
  type SuiteResult,
  suiteResultOf,
} from '../../suite/index.ts';

import { compileCacheOf, homeOf } from './cycle-standby.ts';
import { type JudgedByKnown, judgeByKnown } from './judge-by-known.ts';
import { declaredChecks } from './known-checks-file.ts';

/** A suite, and the checks that must be there; without them its own cases are the checks. */
export interface SuiteToRun {
  /** Folder of its Vitest configuration, or in which its command runs. */
  root: string;
  catalogue: readonly CheckDefinition[] | undefined;
  /** All checks of the suite, of which the catalogue is that of a shard. */
  whole?: readonly CheckDefinition[] | undefined;
  shard?: Shard | undefined;
  /** The suite is these probes, which need no process of their own. */
  probes?: readonly ProbeConfig[] | undefined;
}

export interface RunHooks {
  redactor: Redactor;
  signal?: AbortSignal;
  onStart?: (pid: number) => void;
  onCase?: (event: CaseEvent) => void;
  /** Where the suite's process may wait already. */
  standby?: Standby | undefined;
}

export interface JudgedRun extends JudgedByKnown {
  output: string;
  junitXml: Buffer | undefined;
  /** Processes that the suite left running; they were ended. */
  leftBehind: string[];
}

interface Given extends RunHooks {
  config: VigilConfig;
  context: RunContext;
}

/** Whether the report of a run tells why it was not green. */
function isExplained({ report, exit, events }: SuiteResult): boolean {
  if ('unreadable' in report) return false;
  const hasFailure = report.cases.some(({ outcome }) => outcome === 'failed' || outcome === 'errored');
  return exit.code === 0 || hasFailure || events !== undefined;
}

const mostWords = 480;

/** What a suite printed last, where its report does not tell what is wrong: runners name the error at their end. */
function wordsOf(result: SuiteResult, output: string): string[] {
  if (isExplained(result) || result.exit.timedOut) return [];
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => shortened(line.trim(), 160))
    .filter((line) => /[\p{L}\p{N}]/u.test(line) && !/^at \S.*:\d+/.test(line));
  const last: string[] = [];
  let length = 0;
  for (const line of lines.reverse()) {
    length += line.length + ' | '.length;
    if (length > mostWords) break;
    last.unshift(line);
  }
  return last.length > 0 ? [`it said: ${oneLine(last.join(' | '))}`] : [];
}

function runProbesOf(probes: readonly ProbeConfig[], { config, context, ...hooks }: Given) {
  return runProbes({
    probes,
    targetUrl: context.target.orchestration || undefined,
    services: context.services,
    folder: context.folder ?? process.cwd(),
    network: context.network,
    redactor: hooks.redactor,
    timeoutMs: config.timeout,
    signal: hooks.signal,
    onCase: hooks.onCase,
  });
}

/** How the suite is told which checks to run: Vitest by the ends of their names, a command by a variable. */
function suiteOfShard({ suite }: VigilConfig, { catalogue, shard }: SuiteToRun): VigilConfig['suite'] {
  if (!shard) return suite;
  const titles = catalogue
    ? catalogue.map(testTitle)
    : checksOfShard(declaredChecks(suite), shard).map(({ title }) => title);
  return {
    ...suite,
    args: [...withoutShard(suite.args), '-t', patternOfTitles(titles)],
    env: { ...suite.env, [variables.checks]: titles.join('\n') },
  };
}

function runSuiteAt(to: SuiteToRun, given: Given) {
  const { config, context } = given;
  const { root, shard } = to;
  return runSuite({
    suite: suiteOfShard(config, to),
    root,
    redactor: given.redactor,
    timeoutMs: config.timeout,
    compileCache: compileCacheOf(config),
    home: homeOf(config),
    ...(!config.suite.command && { context }),
    ...(context.trace && { traceparent: traceparentOf(context.trace) }),
    standby: shard ? undefined : given.standby,
    ...(given.signal && { signal: given.signal }),
    ...(given.onStart && { onStart: given.onStart }),
    ...(given.onCase && { onCase: given.onCase }),
  });
}

/** Runs one suite and judges what it left behind. */
export async function runAndJudge(to: SuiteToRun, given: Given): Promise<JudgedRun> {
  const { config, context } = given;
  const run = await (to.probes ? runProbesOf(to.probes, given) : runSuiteAt(to, given));
  const result = suiteResultOf(run, to.root);
  const said = wordsOf(result, run.output);
  const left = { output: run.output, junitXml: run.junitXml, leftBehind: run.leftBehind };
  if (to.catalogue) {
    const judged = judgeCatalogue(result, to.catalogue, context.declared, to.whole);
    const problems = [...judged.problems, ...said];
    return { ...judged, problems, ...left, completeness: 'catalogue' };
  }
  return { ...judgeByKnown(result, config, said, { shard: to.shard }), ...left };
}
