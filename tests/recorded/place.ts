import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { collected, type Ended } from '../support/collected.ts';

export const recorded = fileURLToPath(new URL('../../fixtures/recorded', import.meta.url));
const bin = fileURLToPath(new URL('../../bin/vigil.js', import.meta.url));
const clock = new URL('./frozen-clock.mjs', import.meta.url).href;

/** Which of the two recorded folders. */
export type Kind = 'sqlite' | 'json';

/** A copy of a recorded folder as `reports`, with the configuration of its watch beside it. */
export function place(kind: Kind): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'vigil-recorded-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['vigil.config.json', 'suite.xml'])
    cpSync(path.join(recorded, name), path.join(folder, name));
  cpSync(path.join(recorded, kind), path.join(folder, 'reports'), { recursive: true });
  return folder;
}

/** Starts a command in a folder at a time that stands still. */
export function startVigil(
  args: readonly string[],
  folder: string,
  atMs: number,
): { child: ChildProcess; ended: Promise<Ended>; said(): string } {
  const ours =
    /^(NODE_OPTIONS|VITEST\w*|VIGIL_CONFIG|NO_COLOR|FORCE_COLOR|(GITHUB|GITLAB|JENKINS|OTEL)_\w+)$/;
  const around = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const child = spawn(process.execPath, ['--import', clock, bin, ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(around), FROZEN_AT: String(atMs), TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ...collected(child) };
}

const everything = ['sqlite/vigil.sqlite', 'json/metrics_snapshot.json']
  .map((name) => readFileSync(path.join(recorded, name), 'latin1'))
  .join('\n');

/** Takes out what no recording can hold: the folder, ids that were just made, and how long the work took. */
export function normalised(text: string, folder: string): string {
  return text
    .replaceAll(folder, '<folder>')
    .replaceAll(`node ${bin}`, 'node <vigil>')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, (id) =>
      everything.includes(id) ? id : '<new id>',
    );
}

/** A command with all that it said, as it is recorded. */
export function transcript(args: readonly string[], { code, stdout, stderr }: Ended, folder: string): string {
  const said = `$ vigil ${args.join(' ')}\n${stdout}${stderr && `--- stderr\n${stderr}`}--- exit ${code}\n`;
  return normalised(said, folder);
}
