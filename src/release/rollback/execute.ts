import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration, messageOf } from '../../core/index.ts';
import { confirmOwn } from './ask-ledger.ts';
import { contextFor } from './context-for.ts';
import { endOrphans } from './orphans.ts';
import type { PlannedStage, Step } from './plan.ts';
import type { StageName, StageStatus } from './runs/run.ts';
import type { ExecuteOptions, OptionResult } from './session-options.ts';
import { NotProven, ReleaseNotProven, StillRed } from './steps/context.ts';
import { perform } from './steps/steps.ts';
import { takeBack } from './take-back.ts';

/** How long a step that was ended may take to clean up behind itself. */
const graceMs = 10_000;
/** How often the journal is asked whether somebody wants it aborted. */
const abortPollMs = 250;

/** Carries one option out, from wherever its journal stands. */
export async function executeOption(options: ExecuteOptions): Promise<OptionResult> {
  const { journal, planned } = options;
  const { id } = options.run;
  endOrphans(journal, id);
  const asked = new AbortController();
  const look = () => {
    if (journal.abortAsked(id)) asked.abort();
  };
  look();
  const poll = setInterval(look, abortPollMs);
  try {
    for (const stage of planned.stages) {
      if (journal.run(id).stages.find(({ name }) => name === stage.name)?.status === 'done') continue;
      const outcome = await wholeStage(stage, asked.signal, options);
      if (outcome) return lostIn(options) ?? outcome;
    }
    await options.session.held?.look();
    return lostIn(options) ?? { status: 'succeeded', detail: `${planned.to}, verified` };
  } finally {
    clearInterval(poll);
  }
}

/** That another process carries the rollback out or has ended it; `undefined` while this one may. */
function lostIn({ session }: ExecuteOptions): OptionResult | undefined {
  const lost = session.held?.lost;
  return lost?.aborted ? { status: 'interrupted', detail: messageOf(lost.reason) } : undefined;
}

/** Runs a stage, again where it ended because the ledger was away, and returns how it ended; `undefined` when it is done. */
async function wholeStage(
  stage: PlannedStage,
  asked: AbortSignal,
  options: ExecuteOptions,
): Promise<OptionResult | undefined> {
  for (;;) {
    const outcome = await runStage(stage, asked, options);
    if (outcome === 'again') continue;
    // The ledger may have been away once more while it was taken back.
    if (!outcome || (await confirmOwn(options, stage.name, outcome.detail))) return outcome;
    return stoppedIn(stage.name);
  }
}

const stoppedIn = (name: StageName): OptionResult => ({
  status: 'interrupted',
  detail: `stopped in the stage ${name}`,
});

/** `undefined` when the stage is done; `again` when nothing but the ledger's being away has ended it. */
type StageOutcome = OptionResult | 'again' | undefined;

/** A stage while it runs. */
interface RunningStage {
  name: StageName;
  budgetMs: number;
  /** Ended by whatever ends the stage: the process, a person, or its budget. */
  signal: AbortSignal;
  asked: AbortSignal;
  budget: AbortSignal;
  end(status: StageStatus, detail: string): void;
}

async function runStage(
  stage: PlannedStage,
  asked: AbortSignal,
  options: ExecuteOptions,
): Promise<StageOutcome> {
  const { journal, run, session } = options;
  const { id } = run;
  const { name, budgetMs } = stage;
  const began = performance.now();
  journal.beginStage(id, name);
  session.onProgress(run, { kind: 'stage', stage: name, budgetMs });
  const budget = AbortSignal.timeout(budgetMs);
  const signal = AbortSignal.any([session.stop, asked, budget]);
  const end = (status: StageStatus, detail: string) => {
    journal.endStage(id, name, status, detail);
    const tookMs = performance.now() - began;
    session.onProgress(run, { kind: 'stage-end', stage: name, status, tookMs, detail });
  };
  try {
    const details: string[] = [];
    for (const step of stage.steps) details.push(await runStep(step, name, signal, options));
    end('done', details.join('; '));
    return undefined;
  } catch (thrown) {
    return stageEndedBy(thrown, { name, budgetMs, signal, asked, budget, end }, options);
  }
}

/** What a stage came to that was ended or has failed. */
async function stageEndedBy(
  thrown: unknown,
  { name, budgetMs, signal, asked, budget, end }: RunningStage,
  options: ExecuteOptions,
): Promise<StageOutcome> {
  const { journal, run, session } = options;
  const isEndedBy = (one: AbortSignal) => one.aborted && signal.reason === one.reason;
  if (isEndedBy(session.stop)) return stoppedIn(name);
  const isOver = isEndedBy(budget);
  const said = isOver ? `over its budget of ${formatDuration(budgetMs)}` : messageOf(thrown);
  const wasOverdue = session.held?.wasOverdue() ?? false;
  // Whatever the watchdog has not ended yet: whoever goes on with the rollback may be on this machine.
  if (wasOverdue) endOrphans(journal, run.id);
  if (!(await confirmOwn(options, name, said))) return stoppedIn(name);
  // Its step was ended, or waited, because the ledger was away: that says nothing of the rollback.
  if (wasOverdue && !asked.aborted) return 'again';
  if (asked.aborted) {
    const back = await takeBack(options);
    end('aborted', back);
    return { status: 'aborted', detail: `aborted in the stage ${name}: ${back}` };
  }
  end(isOver ? 'over budget' : 'failed', said);
  return isOver
    ? {
        status: 'escalated',
        detail: `the stage ${name} was ended: ${said}${await takeBack(options, 'service')}`,
      }
    : failedIn(name, thrown, said, options);
}

/** What a stage came to that failed by itself: some failures are those of the deployment, and no other option mends them. */
async function failedIn(
  name: StageName,
  thrown: unknown,
  said: string,
  options: ExecuteOptions,
): Promise<OptionResult> {
  if (thrown instanceof StillRed) {
    const detail = `still red after the rollback, so the deployment was not the cause: ${said}`;
    return { status: 'failed', detail };
  }
  if (thrown instanceof NotProven)
    return { status: 'failed', detail: `rolled back, and not proven in the stage ${name}: ${said}` };
  const back = await takeBack(options, 'service');
  return thrown instanceof ReleaseNotProven
    ? { status: 'not proven', detail: `nothing proves that the previous release runs: ${said}${back}` }
    : { status: 'escalated', detail: `the stage ${name} failed: ${said}${back}` };
}

/** Carries a step out unless its journal says that it is done. */
async function runStep(
  step: Step,
  stage: StageName,
  signal: AbortSignal,
  options: ExecuteOptions,
): Promise<string> {
  const { journal, run, session } = options;
  const { id } = run;
  const before = journal.steps(id).get(step.id);
  if (before?.endedMs !== undefined) return before.detail ?? 'done';
  signal.throwIfAborted();
  await session.held?.beginStep(id, step.id, signal);
  const attempt = journal.beginStep(id, stage, step);
  const progress = (text: string) => session.onProgress(run, { kind: 'text', stage, text });
  progress(step.title);
  const performing = perform(step.action, contextFor(options, step, { attempt, signal, progress }));
  const detail = await endedBy(performing, signal);
  // What a command printed tells little without what it was for.
  const result = step.action.kind === 'command' ? `${step.title}: ${detail}` : detail;
  session.held?.endStep();
  journal.endStep(id, step.id, result);
  return result;
}

/** What a step came to; when it is ended, it gets a moment to clean up, and is not waited for beyond that. */
async function endedBy<T>(performing: Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([performing, ended]);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    await Promise.race([performing.catch(() => undefined), sleep(graceMs, undefined, { ref: false })]);
    throw signal.reason;
  }
}
