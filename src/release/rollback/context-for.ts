import path from 'node:path';
import { VigilError } from '../../core/index.ts';
import { stepMark } from './orphans.ts';
import type { Step } from './plan.ts';
import { runStepCommand } from './run-step-command.ts';
import { changeOf, startedPage } from './runs/notices.ts';
import type { ExecuteOptions } from './session-options.ts';
import type { StepContext } from './steps/context.ts';

/** What a step of a run acts with. */
export function contextFor(
  { journal, id, planned, incident, session }: ExecuteOptions,
  step: Step,
  given: Pick<StepContext, 'attempt' | 'signal' | 'progress'>,
): StepContext {
  const { config, redactor } = session;
  const { rollback } = config;
  if (!rollback) throw new VigilError('CONFIG_INVALID', 'no rollback is configured');
  const { signal } = given;
  return {
    ...given,
    config: { ...config, rollback },
    run: (request) =>
      runStepCommand(request, {
        defaults: { cwd: rollback.cwd, env: rollback.env, timeoutMs: rollback.commandTimeout },
        mark: stepMark(id, step.id),
        redactor,
        log: path.join(incident.path, 'logs', `${planned.type}-${step.id}.log`),
        signal,
        onStart: (pid) => journal.stepRuns(id, step.id, pid),
      }),
    secret: session.secret,
    announce() {
      const run = journal.run(id);
      session.tell([changeOf(run, planned, 'begin', run.startedMs), startedPage(run, planned)]);
      return session.delivered(signal);
    },
    runSuite: (suite, own) => session.runSuite(suite, own, signal, incident.path),
  };
}
