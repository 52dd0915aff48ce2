import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration, messageOf } from '../../core/index.ts';
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
      const outcome = await runStage(stage, asked.signal, options);
      const { held } = options.session;
      // A step may have failed because it was ended, when another process took over.
      if (outcome) await held?.look();
      if (held?.lost.aborted) return { status: 'interrupted', detail: messageOf(held.lost.reason) };
      if (outcome) return outcome;
    }
    return { status: 'succeeded', detail: `${planned.to}, verified` };
  } finally {
    clearInterval(poll);
  }
}

async function runStage(
  stage: PlannedStage,
  asked: AbortSignal,
  options: ExecuteOptions,
): Promise<OptionResult | undefined> {
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
    const isEndedBy = (one: AbortSignal) => one.aborted && signal.reason === one.reason;
    if (isEndedBy(session.stop)) return { status: 'interrupted', detail: `stopped in the stage ${name}` };
    if (isEndedBy(asked)) {
      const back = await takeBack(options);
      end('aborted', back);
      return { status: 'aborted', detail: `aborted in the stage ${name}: ${back}` };
    }
    const said = messageOf(thrown);
    if (isEndedBy(budget)) {
      const detail = `over its budget of ${formatDuration(budgetMs)}`;
      end('over budget', detail);
      const back = await takeBack(options, 'service');
      return { status: 'escalated', detail: `the stage ${name} was ended: ${detail}${back}` };
    }
    end('failed', said);
    if (thrown instanceof StillRed) {
      const detail = `still red after the rollback, so the deployment was not the cause: ${said}`;
      return { status: 'failed', detail };
    }
    if (thrown instanceof NotProven)
      return { status: 'failed', detail: `rolled back, and not proven in the stage ${name}: ${said}` };
    const back = await takeBack(options, 'service');
    if (thrown instanceof ReleaseNotProven)
      return {
        status: 'not proven',
        detail: `nothing proves that the previous release runs: ${said}${back}`,
      };
    return { status: 'escalated', detail: `the stage ${name} failed: ${said}${back}` };
  }
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
  const told = step.action.kind === 'command' ? `${step.title}: ${detail}` : detail;
  session.held?.endStep();
  journal.endStep(id, step.id, told);
  return told;
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
