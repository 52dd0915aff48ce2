import { vi } from 'vitest';
import { main } from '../../scripts/vigil.ts';
import type { Ended } from './collected.ts';

/** Variables of the machine's own CI, and of the Node that runs the tests. */
const others = /^(NODE_OPTIONS|VIGIL_CONFIG|GITHUB_\w+|GITLAB_\w+|JENKINS_\w+)$/;

/** The variables that `vigil` is given in tests. */
export function vigilEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const around = Object.entries(process.env).filter(([name]) => !others.test(name));
  return { ...Object.fromEntries(around), ...more };
}

const events = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function runHere(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const before = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  const listeners = events.flatMap((event) => process.rawListeners(event));
  let [stdout, stderr] = ['', ''];
  const streams = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      stdout += text;
      return true;
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += text;
      return true;
    }),
  ];
  try {
    process.chdir(cwd);
    process.env = vigilEnvironment(env);
    process.exitCode = undefined;
    await main([...args]);
    return { code: Number(process.exitCode ?? 0), signal: null, stdout, stderr };
  } finally {
    for (const stream of streams) stream.mockRestore();
    process.chdir(before.cwd);
    process.env = before.env;
    process.exitCode = before.exitCode;
    for (const event of events) {
      for (const listener of process.rawListeners(event) as (() => void)[])
        if (!listeners.includes(listener)) process.off(event, listener);
    }
  }
}

let latest: Promise<unknown> = Promise.resolve();

/**
 * Runs `vigil` to its end in this process, one command after another: a process of its own takes half a second to load
 * what is loaded here. Whatever is killed, goes on, or depends on how Node loads files needs its own.
 */
export function vigilHere(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const ended = latest.then(() => runHere(args, cwd, env));
  latest = ended.catch(() => {});
  return ended;
}
