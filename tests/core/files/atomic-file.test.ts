import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { writeAtomically } from '../../../src/core/files/atomic-file.ts';
import { until } from '../../suite/run/processes.ts';

function folder(): string {
  const made = mkdtempSync(path.join(os.tmpdir(), 'vigil-evidence-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const writer = fileURLToPath(new URL('./endless-writer.ts', import.meta.url));

/** A process that writes the file again and again, begun; it ends with the test at the latest. */
async function startWriter(file: string, round: number) {
  const child = spawn(process.execPath, [writer, file, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited]);
  return {
    end: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

test('a writer killed at any instant leaves the old content or the new one, never a part', async () => {
  const file = path.join(folder(), 'evidence.json');
  writeAtomically(file, '[]\n');
  let last = -1;
  for (let round = 0; round < 12; round += 1) {
    const child = await startWriter(file, round);
    await sleep(Math.random() * 40);
    await child.end();
    const held = JSON.parse(readFileSync(file, 'utf8')) as { round: number; entries: string[] };
    expect(held.entries).toHaveLength(2000);
    expect(held.round).toBe(round);
    last = held.round;
  }
  expect(last).toBe(11);
});

test('a reader that looks all the time never sees a part', async () => {
  const file = path.join(folder(), 'evidence.json');
  const child = await startWriter(file, 7);
  let reads = 0;
  await until(() => {
    for (let index = 0; index < 20; index += 1) {
      expect(JSON.parse(readFileSync(file, 'utf8')).round).toBe(7);
      reads += 1;
    }
    return reads >= 200;
  }, '200 reads');
  await child.end();
});

test('a file that can’t be replaced leaves no temporary one behind and says so', () => {
  const home = folder();
  const file = path.join(home, 'evidence.json');
  mkdirSync(file);
  writeFileSync(path.join(file, 'inside'), '');
  expect(() => writeAtomically(file, 'new')).toThrow();
  expect(readdirSync(home)).toEqual(['evidence.json']);
});

test('folders on the way are made', () => {
  const file = path.join(folder(), 'a', 'b', 'evidence.json');
  writeAtomically(file, 'x');
  expect(readFileSync(file, 'utf8')).toBe('x');
});
