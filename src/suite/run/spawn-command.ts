import { endGroup, endTree } from './end-processes.ts';
import { openGuard } from './guard.ts';
import { endLeftBehind, type LeftProcess } from './left-behind.ts';

/** How the suite's process ended. */
export interface SuiteExit {
  /** `undefined` when a signal ended it. */
  code: number | undefined;
  signal: string | undefined;
  timedOut: boolean;
  /** The time limit that ended it, milliseconds, and when that was, ms since 1970; of one that was out of time. */
  limitMs?: number | undefined;
  endedMs?: number | undefined;
  /** Names of the checks that ran when the time was over, where that is known. */
  running?: readonly string[] | undefined;
}

/** `exit code 1`, `killed by SIGKILL`, `ended because it did not finish in time`. */
export function describeExit({ timedOut, signal, code }: SuiteExit): string {
  if (timedOut) return 'ended because it did not finish in time';
  if (signal) return `killed by ${signal}`;
  return `exit code ${code}`;
}

export interface CommandRun {
  exit: SuiteExit;
  /** What it printed, both streams, newest 64 KiB each. */
  stdout: string;
  stderr: string;
  /** Whether the beginning of stdout was dropped. */
  isCut: boolean;
  durationMs: number;
  /** What it left behind outside its group, which was ended too; looked for only with `endsAll`. */
  left: LeftProcess[];
}

export interface CommandOptions {
  command: readonly string[];
  cwd: string;
  /** Without what is `undefined`. */
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  /** Keeps the command waiting: the line that this resolves to is its start, and its time counts from there. */
  standBy?: Promise<string> | undefined;
  /** Ends the command early; the run then counts as killed. */
  signal?: AbortSignal | undefined;
  /** Told the process id, which is also that of the process group, as soon as there is one. */
  onStart?: ((pid: number) => void) | undefined;
  /** Told when it has ended, with its group, before the rest of its output is waited for. */
  onExit?: (() => void) | undefined;
  /** Bytes kept of each stream; a report on stdout needs more than a log does. */
  keepBytes?: number | undefined;
  /** What it started in its group may live on after it has ended by itself, as a service does. */
  leavesBehind?: boolean | undefined;
  /** Nothing that it started may live on, not even in a session of its own: that is ended, and named. */
  endsAll?: boolean | undefined;
}

/** Of a line that goes on for ever this much is left out: as far as a secret, however it is encoded, may reach. */
const longestPart = 4096;

/** The newest `limit` characters of a stream; the line that a cut goes through is left out, with the secret it may end. */
function collector(limit: number): { add(chunk: string): void; text(): string; isCut(): boolean } {
  let kept = '';
  let isCut = false;
  return {
    add(chunk) {
      kept += chunk;
      isCut ||= kept.length > limit;
      if (kept.length > limit * 2) kept = kept.slice(-limit);
    },
    text() {
      const newest = kept.slice(-limit);
      if (!isCut) return newest;
      const end = newest.indexOf('\n') + 1;
      return newest.slice(end > 0 ? Math.min(end, longestPart) : longestPart);
    },
    isCut: () => isCut,
  };
}

/** How long output may still come after the command has ended, milliseconds. */
const drainMs = 2000;

/**
 * Runs a command as the head of its own process group and ends the whole group when it is over, and
 * all that descends from it when it is out of time or aborted, so that neither a hanging check nor an orphaned worker outlives the run.
 * Should this process be killed meanwhile, the group is ended too.
 * Never throws for what the command does; a command that can't be started has exit code 127.
 */
export async function runCommand(options: CommandOptions): Promise<CommandRun> {
  const { execa } = await import('execa'); // loaded when something is started: most commands start nothing
  let startedAt = performance.now();
  const [stdout, stderr] = [collector(options.keepBytes ?? 65_536), collector(65_536)];
  const guard = openGuard(options.endsAll);
  const [file = '', ...args] = guard.group?.enter(options.command) ?? options.command;
  const child = execa(file, args, {
    cwd: options.cwd,
    env: { ...options.env, ...guard.mark },
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: options.standBy ? 'pipe' : 'ignore',
    buffer: false,
    reject: false,
  });
  if (child.pid === undefined) {
    guard.group?.remove();
    guard.release();
  } else {
    guard.watch(child.pid);
    options.onStart?.(child.pid);
  }
  child.stdout?.setEncoding('utf8').on('data', stdout.add);
  child.stderr?.setEncoding('utf8').on('data', stderr.add);
  let late: Pick<SuiteExit, 'limitMs' | 'endedMs'> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    startedAt = performance.now();
    timer = setTimeout(() => {
      late = { limitMs: options.timeoutMs, endedMs: Date.now() };
      endTree(child.pid);
    }, options.timeoutMs);
  };
  if (options.standBy) {
    child.stdin?.on('error', () => undefined); // it ended before its word came; its exit says so
    void options.standBy.then((word) => {
      if (child.nodeChildProcess.exitCode !== null) return;
      begin();
      child.stdin?.end(word);
    });
  } else begin();
  const abort = () => endTree(child.pid);
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  // Orphans may hold the pipes open after the head has gone: those of its group are ended as soon
  // as it exits, and whoever left the group is no longer listened to.
  let drain: NodeJS.Timeout | undefined;
  let swept: Promise<LeftProcess[]> | undefined;
  child.nodeChildProcess.once('exit', () => {
    clearTimeout(timer);
    if (!options.leavesBehind || late || options.signal?.aborted) endGroup(child.pid);
    options.onExit?.();
    swept = options.endsAll ? endLeftBehind(guard.line, guard.group) : Promise.resolve([]);
    void swept.finally(guard.release);
    drain = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, drainMs);
  });
  const result = await child;
  clearTimeout(timer); // a command that can't be started never exits
  clearTimeout(drain);
  options.signal?.removeEventListener('abort', abort);
  const durationMs = performance.now() - startedAt;
  return {
    exit: {
      code: result.exitCode ?? (result.signal ? undefined : 127),
      signal: result.signal,
      timedOut: late !== undefined,
      ...late,
    },
    stdout: stdout.text(),
    isCut: stdout.isCut(),
    stderr:
      stderr.text() || (result.exitCode === undefined && !result.signal ? (result.shortMessage ?? '') : ''),
    durationMs,
    left: (await swept) ?? [],
  };
}
