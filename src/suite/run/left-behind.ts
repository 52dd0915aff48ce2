import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that outlived the run that started it. */
export interface LeftProcess {
  pid: number;
  /** Its command line, as it was called. */
  command: string;
}

/** A control group of one run: whatever is started there stays there, even in a session and an environment of its own. */
export interface RunGroup {
  folder: string;
  /** The same command, which enters the group before it does anything. */
  enter(command: readonly string[]): string[];
  remove(): void;
}

const shell = '/bin/sh';
const pollMs = 50;
/** What ends by itself, as a service that notices the end of its input, needs no more. */
const settleMs = 1000;
/** How long a process that was asked to end may take. */
const graceMs = 1000;

/** Nothing where the file is not there, or is not for us. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function namesIn(folder: string, isFolder = false): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => !isFolder || entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** The folder of our own control group (version 2), where the system shows one. */
function ownGroup(): string | undefined {
  const group = /^0::(.*)$/m.exec(textOf('/proc/self/cgroup'))?.[1];
  const [, root = '', mount = ''] =
    /^\S+ \S+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(textOf('/proc/self/mountinfo')) ?? [];
  if (group === undefined || mount === '') return undefined;
  const below = path.posix.relative(root, group);
  return below.startsWith('..') ? undefined : path.posix.join(mount, below);
}

/** Makes a control group for a run, where we may. */
export function openRunGroup(id: string): RunGroup | undefined {
  const own = ownGroup();
  if (own === undefined || !existsSync(shell)) return undefined;
  const folder = path.posix.join(own, `vigil-run-${id}`);
  try {
    mkdirSync(folder);
  } catch {
    return undefined; // not ours to make, as in most containers: the mark is left
  }
  return {
    folder,
    enter: (command) => [
      shell,
      '-c',
      '{ echo $$ > "$0"; } 2>/dev/null; exec "$@"',
      path.posix.join(folder, 'cgroup.procs'),
      ...command,
    ],
    remove() {
      for (const one of [...groupsIn(folder)].reverse()) {
        try {
          rmdirSync(one);
        } catch {
          // Somebody is still in it, or it is gone.
        }
      }
    },
  };
}

/** A group and those inside it, the outer first. */
function* groupsIn(folder: string): Generator<string> {
  yield folder;
  for (const name of namesIn(folder, true)) yield* groupsIn(path.posix.join(folder, name));
}

/** The processes that carry this mark in their environment, or are in the group; nothing where there is no /proc. */
function processesOf(mark: string, group: RunGroup | undefined): number[] {
  const marked = namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => textOf(`/proc/${pid}/environ`).split('\0').includes(mark));
  const inGroup = group
    ? [...groupsIn(group.folder)].flatMap((one) => textOf(path.posix.join(one, 'cgroup.procs')).split('\n'))
    : [];
  return [...new Set([...marked, ...inGroup].filter((pid) => pid !== '').map(Number))];
}

function signalTo(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile, or became another user's.
  }
}

/**
 * Ends what a run has left behind, politely first, and says what it was. Looks only for the mark of this run
 * (`NAME=value` in the environment) and in its control group, so that no other process is ever meant.
 */
export async function endLeftBehind(mark: string, group: RunGroup | undefined): Promise<LeftProcess[]> {
  const find = () => processesOf(mark, group);
  const untilGone = async (forMs: number): Promise<number[]> => {
    let found = find();
    for (let waitedMs = 0; found.length > 0 && waitedMs < forMs; waitedMs += pollMs) {
      await sleep(pollMs);
      found = find();
    }
    return found;
  };
  let found = await untilGone(settleMs);
  const left = found.map((pid) => ({
    pid,
    command: textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim(),
  }));
  for (const pid of found) signalTo(pid, 'SIGTERM');
  found = await untilGone(found.length > 0 ? graceMs : 0);
  // Who starts others while it ends is met again.
  for (let attempt = 0; found.length > 0 && attempt < 20; attempt += 1) {
    for (const pid of found) signalTo(pid, 'SIGKILL');
    found = await untilGone(pollMs);
  }
  group?.remove();
  return left;
}
