import path from 'node:path';
import { VigilError } from '../../core/index.ts';
import type { ContextFor } from './execution.ts';
import type { IncidentFolder } from './incident/folder.ts';
import { stepMark } from './orphans.ts';
import type { TypePlan } from './plan.ts';
import { runStepCommand } from './run-step-command.ts';
import type { Journal } from './runs/journal.ts';
import { changeOf, startedPage } from './runs/notices.ts';
import type { SessionOptions } from './session-options.ts';

interface Factory {
  journal: Journal;
  id: string;
  planned: TypePlan;
  incident: IncidentFolder;
  options: SessionOptions;
}

/** What each step of a run acts with. */
export function contextFactory({ journal, id, planned, incident, options }: Factory): ContextFor {
  const { config, redactor } = options;
  const { rollback } = config;
  if (!rollback) throw new VigilError('CONFIG_INVALID', 'no rollback is configured');
  const defaults = { cwd: rollback.cwd, env: rollback.env, timeoutMs: rollback.commandTimeout };
  return (step, attempt, signal, progress) => ({
    runId: id,
    config: { ...config, rollback },
    signal,
    attempt,
    run: (request) =>
      runStepCommand(request, {
        defaults,
        mark: stepMark(id, step.id),
        redactor,
        log: path.join(incident.path, 'logs', `${planned.type}-${step.id}.log`),
        signal,
        onStart: (pid) => journal.stepRuns(id, step.id, pid),
      }),
    secret: options.secret,
    announce() {
      const run = journal.run(id);
      options.tell([changeOf(run, planned, 'begin', run.startedMs), startedPage(run, planned)]);
      return options.delivered(signal);
    },
    runSuite: (suite, own) => options.runSuite(suite, own, signal, incident.path),
    progress,
  });
}
