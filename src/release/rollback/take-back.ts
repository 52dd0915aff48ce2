import { messageOf } from '../../core/index.ts';
import { contextFor } from './context-for.ts';
import type { Step } from './plan.ts';
import type { ExecuteOptions } from './session-options.ts';
import { perform, undo } from './steps/steps.ts';

/** How long all of it may take. */
const limitMs = 300_000;

/**
 * What an aborted rollback leaves: before its third stage is done, everything as it was, its traffic and the service
 * back; after it, the previous release. Of a failed one (`service`) only what it has stopped or drained comes back.
 * Returns what was done, as the end of a sentence.
 */
export async function takeBack(options: ExecuteOptions, only?: 'service'): Promise<string> {
  const { journal, planned } = options;
  const { held } = options.session;
  const { id } = options.run;
  const done = journal.run(id).stages.find(({ name }) => name === 'rollback')?.status === 'done';
  if (done) return only ? '' : `the previous release stays (${planned.to})`;
  const records = journal.steps(id);
  const steps = planned.stages.flatMap((stage) => stage.steps);
  const isBegun = (name: string) => records.has(name);
  const said: string[] = [];
  const signal = AbortSignal.timeout(limitMs);
  const act = async (step: Step, isBack: boolean) => {
    const context = contextFor(options, step, { attempt: 2, signal, progress: () => {} });
    try {
      await held?.beginStep(id, step.id, signal);
      const detail = await (isBack ? undo : perform)(step.action, context);
      if (detail !== undefined) said.push(isBack ? detail : `${step.title}: ${detail}`);
    } catch (thrown) {
      said.push(`${isBack ? 'taking back ' : ''}“${step.title}” FAILED: ${messageOf(thrown)}`);
    }
  };
  const again = async (name: string) => {
    const step = steps.find(({ id: own }) => own === name);
    if (step) await act(step, false);
  };
  const changing = ['rollback.checkout', 'rollback.swap'].some(isBegun);
  const started = isBegun('rollback.start');
  if (!only) {
    if (changing && started) await again('rollback.stop');
    for (const step of steps.toReversed()) if (isBegun(step.id)) await act(step, true);
    for (const name of ['rollback.install', 'rollback.apply']) if (isBegun(name)) await again(name);
  }
  const stopped = isBegun('rollback.stop');
  if (only ? stopped && !started : stopped || (changing && started)) await again('rollback.start');
  if (isBegun('drain.drain') && !records.get('rollback.undrain')?.endedMs) await again('rollback.undrain');
  if (only) return said.length > 0 ? `; then ${said.join('; ')}` : '';
  return said.length > 0 ? said.join('; ') : 'nothing had been changed';
}
