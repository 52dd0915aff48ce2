import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cycleSignals } from '../../../src/alerts/signals/cycle-signals.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { cycleVerdict } from '../../../src/monitor/cycle/cycle-record.ts';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { judgeReport } from '../../../src/suite/outcomes/judge-suite.ts';
import { heldAgainst, type KnownCheck, remembered } from '../../../src/suite/outcomes/known-checks.ts';
import { suiteResultOf } from '../../../src/suite/outcomes/suite-result.ts';
import { runSuite, type SuiteRun } from '../../../src/suite/run/run-suite.ts';
import type { Runner } from './runners.ts';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
/** Inside the repository, so that the suites find their runner, and in a folder that git ignores. */
const home = pathOf('../../../reports/.test-suites');

/** Set by `npm run test:runners`, which starts what the tests only read: where its npm packages are. */
export const byHand = process.env.RUNNERS_MODULES;

const modulesOf = ({ recorded }: Runner): string =>
  recorded?.npm && byHand ? byHand : pathOf('../../../node_modules');

/** What happens to the service or to the suite before a cycle. */
export type Step = 'healthy' | 'broken' | 'less' | 'killed';

/** What a run left behind, as far as it is judged. */
type Left = Pick<SuiteRun, 'exit' | 'events' | 'junitXml'>;

/** What a cycle came to. */
export interface Told {
  verdict: string;
  problems: string[];
  checks: Record<string, CheckOutcome['outcome']>;
  reasonOf(id: string): string | undefined;
}

/** The suite of a runner in a folder of its own. */
function suiteOf(runner: Runner): string {
  const { folder, vitest } = runner;
  const modules = modulesOf(runner);
  mkdirSync(home, { recursive: true });
  const root = mkdtempSync(path.join(home, `${folder}-`));
  const own = path.join(root, 'node_modules');
  if (vitest === undefined) symlinkSync(modules, own);
  else {
    mkdirSync(own);
    symlinkSync(path.join(modules, vitest), path.join(own, 'vitest'));
  }
  return root;
}

/** Takes out of a suite each line that ends with “goes”, and each file that is called so. */
function takeOut(root: string): void {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = entries.map(({ parentPath, name }) => path.join(parentPath, name));
  for (const file of files.filter((each) => !each.includes('node_modules'))) {
    const text = readFileSync(file, 'latin1');
    if (/goes[^/]*$/i.test(file)) rmSync(file);
    else if (/ goes$/m.test(text)) writeFileSync(file, text.replace(/^.* goes\n/gm, ''), 'latin1');
  }
}

/** The suite as it is at a step, built where that is needed. */
function prepare(root: string, step: Step, { folder, build }: Runner): void {
  cpSync(pathOf(`suites/${folder}`), root, { recursive: true });
  for (const shared of ['service.cjs', 'service.sh'])
    cpSync(pathOf(`suites/${shared}`), path.join(root, shared));
  rmSync(path.join(root, 'waiting'), { force: true });
  const state = { healthy: 'up', broken: 'down', less: 'up', killed: 'hanging' }[step];
  writeFileSync(path.join(root, 'state'), state);
  if (step === 'less') takeOut(root);
  const [program, ...args] = build ?? [];
  if (program) execFileSync(program, args, { cwd: root, stdio: 'ignore' });
}

/** What npx and the PATH would find, by the Node that runs the tests. */
function started(runner: Runner): string[] | undefined {
  const { suite, program } = runner;
  const [first, second = '', ...rest] = suite.command ?? [];
  if (first === undefined) return undefined;
  if (first === 'npx')
    return [process.execPath, realpathSync(path.join(modulesOf(runner), '.bin', second)), ...rest];
  return [first === 'node' ? process.execPath : (program ?? first), second, ...rest];
}

/** Kills the runner once a case waits for the service. */
function killWhenWaiting(root: string): { onStart(pid: number): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    onStart(pid) {
      timer = setInterval(() => {
        if (!existsSync(path.join(root, 'waiting'))) return;
        clearInterval(timer);
        process.kill(pid, 'SIGKILL');
      }, 20);
    },
    stop: () => clearInterval(timer),
  };
}

async function runNow(runner: Runner, root: string, step: Step): Promise<SuiteRun> {
  prepare(root, step, runner);
  const command = started(runner);
  const kill = step === 'killed' ? killWhenWaiting(root) : undefined;
  try {
    return await runSuite({
      suite: { ...runner.suite, command, args: [], env: runner.suite.env ?? {} },
      root,
      timeoutMs: 60_000,
      redactor: createRedactor(),
      onStart: kill?.onStart,
    });
  } finally {
    kill?.stop();
  }
}

/** Judges what one run after another left behind, as a watch does whose suite has no catalogue. */
export function watch(root: string): (left: Left) => Told {
  let known: readonly KnownCheck[] = [];
  return (left) => {
    const judged = judgeReport(suiteResultOf(left, root));
    const { outcomes, problems } = heldAgainst(judged, { declared: false, checks: known });
    known = remembered(known, judged.outcomes, judged.doubts.length > 0);
    return {
      verdict: cycleVerdict(cycleSignals(outcomes), problems),
      problems,
      checks: Object.fromEntries(outcomes.map(({ id, outcome }) => [id, outcome])),
      reasonOf: (id) => outcomes.find((each) => each.id === id)?.reason,
    };
  };
}

const recordFile = ({ folder, version }: Runner) =>
  pathOf(`../../../fixtures/junit/runners/${folder}-${version}.json`);

interface Recorded {
  code?: number | undefined;
  signal?: string | undefined;
  junit?: string | undefined;
}

/** Where the suite stood, in what was recorded. */
const recordedRoot = '/repo';

function readRecorded(runner: Runner, step: Step): Left {
  const runs: Record<Step, Recorded> = JSON.parse(readFileSync(recordFile(runner), 'utf8'));
  const { code, signal, junit } = runs[step];
  const exit = { code, signal: signal as NodeJS.Signals | undefined, timedOut: false };
  return { exit, events: undefined, junitXml: junit === undefined ? undefined : Buffer.from(junit) };
}

function record(runner: Runner, step: Step, root: string, { exit, junitXml }: SuiteRun): void {
  const file = recordFile(runner);
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const run: Recorded = {
    code: exit.code,
    signal: exit.signal,
    junit: junitXml?.toString('utf8').replaceAll(root, recordedRoot),
  };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...before, [step]: run }, null, 2)}\n`);
}

/** What a watch says, step after step, of the suite of a runner. */
export async function journey(runner: Runner, steps: readonly Step[]): Promise<Told[]> {
  if (runner.recorded && byHand === undefined) {
    const judge = watch(recordedRoot);
    return steps.map((step) => judge(readRecorded(runner, step)));
  }
  const root = suiteOf(runner);
  try {
    const judge = watch(root);
    const runs = new Map<Step, SuiteRun>();
    const told: Told[] = [];
    for (const step of steps) {
      // What ran as it stands here before would leave the same again.
      const run = runs.get(step) ?? (await runNow(runner, root, step));
      runs.set(step, run);
      if (runner.recorded) record(runner, step, root, run);
      told.push(judge(run));
    }
    return told;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
