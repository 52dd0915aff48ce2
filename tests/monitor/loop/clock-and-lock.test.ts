import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { clockEvents } from '../../../src/monitor/loop/clock.ts';
import { takeLock } from '../../../src/monitor/loop/instance-lock.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const now = new Date(0);

describe('the clocks', () => {
  const at = (wallMs: number, monotonicMs: number) => ({ wallMs, monotonicMs });

  test('that go together say nothing', () => {
    expect(clockEvents(at(0, 0), at(30_100, 30_050), 30_000)).toEqual([]);
  });

  test('show a wall clock that was set, forward or back', () => {
    expect(clockEvents(at(0, 0), at(3_630_000, 30_000), 30_000)).toEqual([{ kind: 'jump', byMs: 3_600_000 }]);
    expect(clockEvents(at(0, 0), at(-570_000, 30_000), 30_000)).toEqual([{ kind: 'jump', byMs: -600_000 }]);
  });

  test('show a pause in which nothing ran', () => {
    expect(clockEvents(at(0, 0), at(600_000, 600_000), 30_000)).toEqual([{ kind: 'pause', forMs: 570_000 }]);
  });
});

describe('a second instance', () => {
  test('is refused with the pid of the first, and let in when that has gone', async () => {
    const reports = path.join(folder, 'held');
    const lockModule = new URL('../../../src/monitor/loop/instance-lock.ts', import.meta.url).href;
    const script = `const { takeLock } = await import(${JSON.stringify(lockModule)}); takeLock(${JSON.stringify(reports)}, new Date()); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(() => takeLock(reports, now)).toThrow(`process ${child.pid},`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    takeLock(reports, now).release();
  });
});
