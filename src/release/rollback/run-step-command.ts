import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import {
  formatDuration,
  minimalEnvironment,
  printable,
  type Redactor,
  VigilError,
} from '../../core/index.ts';
import { runCommand } from '../../suite/index.ts';
import type { CommandRequest } from './steps/context.ts';

export interface StepCommandOptions {
  defaults: { cwd: string; env: Record<string, string>; timeoutMs: number };
  /** Variables by which its processes are found again. */
  mark: Record<string, string>;
  redactor: Redactor;
  /** Where its output is kept. */
  log: string;
  signal: AbortSignal;
  onStart(pid: number): void;
}

/** Runs one command of a step in a process group of its own; what it prints is redacted and kept. @throws HARNESS */
export async function runStepCommand(request: CommandRequest, options: StepCommandOptions): Promise<string> {
  const { defaults, redactor, log, signal } = options;
  const { command, cwd = defaults.cwd, timeoutMs = defaults.timeoutMs } = request;
  const env = { ...minimalEnvironment(), ...defaults.env, ...request.env, ...options.mark };
  const { exit, stdout, stderr, durationMs } = await runCommand({
    command,
    cwd,
    env,
    timeoutMs,
    signal,
    onStart: options.onStart,
    ...(request.leavesBehind && { leavesBehind: true }),
  });
  const shown = redactor.redact(command.join(' '));
  const clean = (text: string) => printable(redactor.redact(text));
  const ended = exit.timedOut
    ? `it did not end within ${formatDuration(timeoutMs)}`
    : exit.signal
      ? `it was ended by ${exit.signal}`
      : `exit code ${exit.code}`;
  const lines = [
    `$ ${shown}`,
    clean(stdout),
    clean(stderr),
    `# ${ended} after ${(durationMs / 1000).toFixed(1)} s`,
  ];
  try {
    mkdirSync(path.dirname(log), { recursive: true });
    appendFileSync(log, `${lines.filter(Boolean).join('\n')}\n`);
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
  const why =
    exit.code === 127 && /ENOENT/.test(stderr)
      ? `there is no program ${command[0]}, or no folder ${cwd}`
      : ended;
  throw new VigilError(
    'HARNESS',
    `${clean(shown)}: ${why}${said && !said.includes('ENOENT') ? `: ${said}` : ''}`,
    { where: cwd },
  );
}
