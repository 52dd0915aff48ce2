import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const vigil = fileURLToPath(new URL('../../bin/vigil.js', import.meta.url));
const preload = fileURLToPath(new URL('./count-timers.mjs', import.meta.url));

/** What a loop's process used at an instant. */
export interface Usage {
  /** Of which start it is; each has a memory of its own. */
  life: number;
  atMs: number;
  rssBytes: number;
  /** Held by the heap after a collection. */
  heapBytes: number;
  descriptors: number;
  walBytes: number;
  timers: number;
}

/** A real loop that is started again after every blow. */
export interface DrivenLoop {
  strike(kind: 'kill' | 'restart'): Promise<void>;
  /** What it uses now; nothing while it is not running. */
  usage(atMs: number): Usage | undefined;
  said(): string;
  /** Ends it; resolves with what it exited with, or the signal. */
  end(): Promise<number | string>;
}

const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);

/** Starts a loop in a folder that holds its configuration. */
export function startDrivenLoop(folder: string, intervalMs: number): DrivenLoop {
  const reports = path.join(folder, 'reports');
  const timersFile = path.join(folder, 'timers');
  let said = '';
  let life = 0;
  let child: ChildProcess;
  const start = () => {
    life += 1;
    child = spawn(
      process.execPath,
      [vigil, 'monitor', '--loop', '--port', '0', '--interval', `${intervalMs}ms`, '--reports', reports],
      {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, NODE_OPTIONS: `--import=${preload}`, TIMERS_FILE: timersFile },
      },
    );
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      // An hour of words is not kept.
      said = (said + text).slice(-200_000);
    });
  };
  start();
  // Whatever ends us, no loop is left behind.
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    said: () => said,
    async strike(kind) {
      const exited = once(child, 'exit');
      child.kill(kind === 'kill' ? 'SIGKILL' : 'SIGTERM');
      await exited;
      start();
    },
    usage(atMs) {
      const { pid } = child;
      try {
        const [owner, timers, heapBytes] = readFileSync(timersFile, 'utf8').split(' ').map(Number);
        const wal = path.join(reports, 'vigil.sqlite-wal');
        if (owner !== pid) return undefined; // it has not begun yet
        const seen: Usage = {
          life,
          atMs,
          timers: timers ?? Number.NaN,
          heapBytes: heapBytes ?? Number.NaN,
          rssBytes: numberIn(readFileSync(`/proc/${pid}/status`, 'utf8'), /VmRSS:\s+(\d+) kB/) * 1024,
          descriptors: readdirSync(`/proc/${pid}/fd`).length,
          walBytes: existsSync(wal) ? statSync(wal).size : 0,
        };
        // One that is just ending has no memory any more, and a file may be read half written.
        return Object.values(seen).every(Number.isFinite) ? seen : undefined;
      } catch {
        return undefined; // it has gone meanwhile
      }
    },
    async end() {
      if (child.exitCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const [code, signal] = (await exited) as [number | null, string | null];
      return code ?? signal ?? 'nothing';
    },
  };
}
