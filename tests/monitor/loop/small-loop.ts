import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const vigil = fileURLToPath(new URL('../../../bin/vigil.js', import.meta.url));

/** A suite of one green case, done at once. */
export const quickSuite = [
  process.execPath,
  '-e',
  'require("node:fs").writeFileSync(process.argv[1], \'<testsuite name="s" tests="1"><testcase name="one" classname="c"/></testsuite>\')',
  '{junit}',
];

export interface SmallLoop {
  child: ChildProcess;
  url: string;
  reports: string;
  /** What an end may take: 5 s, and more where the machine is so busy that the start took more than one. */
  promptMs: number;
  said(): string;
  /** Waits until it has said so; fails when it ends without. */
  untilSaid(what: RegExp): Promise<void>;
  /** Waits until it has ended; resolves with its exit code. */
  ended(): Promise<number | null>;
  get(path: string): Promise<{ status: number; text: string }>;
}

/** Waits for a state; the machine may be slow. */
export async function until(
  what: () => boolean | Promise<boolean>,
  why: () => string = () => '',
): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it never came: ${why()}`);
}

/** A deployment that answers its scrapes and nothing else, or that takes every request and never answers. */
export async function smallTarget(isSilent = false): Promise<string> {
  const server = createServer((_request, response) => {
    if (!isSilent) response.end('# TYPE genesis_operations_total counter\ngenesis_operations_total 5\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts a real `vigil monitor --loop` on a target and a suite that cost next to nothing. */
export async function startSmallLoop(
  config: object,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  folder: string = mkdtempSync(path.join(tmpdir(), 'vigil-small-')),
  /** A command that starts the one that stands after it. */
  by: readonly string[] = [],
): Promise<SmallLoop> {
  const reports = path.join(folder, 'reports');
  mkdirSync(reports, { recursive: true });
  writeFileSync(path.join(folder, 'vigil.config.json'), JSON.stringify(config));
  const own = [vigil, 'monitor', '--loop', '--port', '0', '--reports', reports, ...args];
  const [command = process.execPath, ...given] = [...by, process.execPath, ...own];
  const began = performance.now();
  const child = spawn(command, given, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const exited = once(child, 'exit');
  // After its exit what it said last may still be on its way.
  let hasEnded = false;
  child.once('close', () => {
    hasEnded = true;
  });
  const untilSaid = async (what: RegExp) => {
    await until(
      () => what.test(said) || hasEnded,
      () => said,
    );
    if (!what.test(said))
      throw new Error(`ended with ${child.exitCode ?? child.signalCode} before ${what}: ${said}`);
  };
  await untilSaid(/Serving (http:\S+);/);
  const url = /Serving (http:\S+);/.exec(said)?.[1] ?? '';
  return {
    child,
    url,
    reports,
    untilSaid,
    promptMs: 5 * Math.max(1000, performance.now() - began),
    said: () => said,
    ended: async () => ((await exited) as [number | null])[0],
    async get(route) {
      try {
        const answer = await fetch(url + route);
        return { status: answer.status, text: await answer.text() };
      } catch (cause) {
        const how = hasEnded ? `ended with ${child.exitCode ?? child.signalCode}` : 'still runs';
        throw new Error(`${route} was not answered, the loop ${how}: ${said}`, { cause });
      }
    },
  };
}
