import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { formatDuration, minimalEnvironment, printable, VigilError } from '../../core/index.ts';
import { runCommand } from '../../suite/index.ts';
import type { Step } from './plan.ts';
import { type Readings, readingsShape } from './proof.ts';
import { changeOf, startedPage } from './runs/notices.ts';
import type { ExecuteOptions } from './session-options.ts';
import { stepMark } from './step-mark.ts';
import type { CommandRequest, StepContext } from './steps/context.ts';

/** What a step of a run acts with. */
export function contextFor(
  options: ExecuteOptions,
  step: Step,
  given: Pick<StepContext, 'attempt' | 'signal' | 'progress'>,
): StepContext {
  const { run, planned, incident, session } = options;
  const { rollback } = session.config;
  if (!rollback) throw new VigilError('CONFIG_INVALID', 'no rollback is configured');
  const { signal } = given;
  const config = { ...session.config, rollback };
  return {
    ...given,
    config,
    run: (request) => runStepCommand(request, options, step, { config, signal }),
    secret: session.secret,
    before: beforeOf(options),
    announce() {
      session.tell([changeOf(run, planned, 'begin', run.startedMs), startedPage(run, planned)]);
      return session.delivered(signal);
    },
    runSuite: (suite, own) => session.runSuite(suite, own, signal, incident.path),
  };
}

const beforeKey = 'rollback-before';
const beforeState = z.object({ incident: z.string(), readings: readingsShape });

/** Kept in the history, so that a resumed run and the next option compare with what ran before the first. */
function beforeOf({ session: { history }, incident }: ExecuteOptions): StepContext['before'] {
  const readings = (): Readings => {
    const kept = history.loadState(beforeKey, beforeState);
    return kept?.incident === incident.path ? kept.readings : {};
  };
  const keep = (found: Readings) =>
    history.saveShared(beforeKey, { incident: incident.path, readings: { ...found, ...readings() } });
  return { readings, keep };
}

/** Runs one command of a step in a process group of its own; what it prints is redacted and kept. @throws HARNESS */
async function runStepCommand(
  { command, env, leavesBehind = false, ...request }: CommandRequest,
  { journal, run, planned, incident, session }: ExecuteOptions,
  step: Step,
  { config: { rollback }, signal }: Pick<StepContext, 'config' | 'signal'>,
): Promise<string> {
  const { cwd = rollback.cwd, timeoutMs = rollback.commandTimeout } = request;
  const clean = (text: string) => printable(session.redactor.redact(text));
  const { exit, stdout, stderr, durationMs } = await runCommand({
    command,
    cwd,
    env: { ...minimalEnvironment(), ...rollback.env, ...env, ...stepMark(run.id, step.id) },
    timeoutMs,
    signal,
    onStart: (pid) => journal.stepRuns(run.id, step.id, pid),
    ...(leavesBehind && { leavesBehind }),
  });
  const shown = session.redactor.redact(command.join(' '));
  const ended = exit.timedOut
    ? `it did not end within ${formatDuration(timeoutMs)}`
    : exit.signal
      ? `it was ended by ${exit.signal}`
      : `exit code ${exit.code}`;
  const took = `# ${ended} after ${(durationMs / 1000).toFixed(1)} s`;
  const lines = [`$ ${shown}`, clean(stdout), clean(stderr), took].filter(Boolean);
  try {
    const folder = path.join(incident.path, 'logs');
    mkdirSync(folder, { recursive: true });
    appendFileSync(path.join(folder, `${planned.type}-${step.id}.log`), `${lines.join('\n')}\n`);
  } catch {
    // A full disk must not keep the rollback from going on; what it said is in the message when it fails.
  }
  signal.throwIfAborted();
  if (exit.code === 0 && !exit.timedOut) return clean(stdout);
  const spoken = clean(stderr || stdout)
    .split('\n')
    .filter((line) => line.trim() !== '');
  // The first lines say what is wrong, the last what was given up.
  const said = (spoken.length > 3 ? [...spoken.slice(0, 2), '…', ...spoken.slice(-1)] : spoken).join(' | ');
  const isAbsent = exit.code === 127 && /ENOENT/.test(stderr);
  const why = isAbsent ? `there is no program ${command[0]}, or no folder ${cwd}` : ended;
  const detail = said && !said.includes('ENOENT') ? `: ${said}` : '';
  throw new VigilError('HARNESS', `${clean(shown)}: ${why}${detail}`, { where: cwd });
}
