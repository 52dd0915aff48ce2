import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { vigilProcess } from './vigil.ts';

test('the demonstration shows a bad release blocked, rolled back and proven, and leaves its reports', async () => {
  const { code, stdout, stderr } = await vigilProcess(['demo']);
  expect(code, stderr).toBe(0);
  const steps = stdout.split('\n').filter((line) => /^\d\. /.test(line));
  expect(steps).toHaveLength(7);
  expect(steps[1]).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
  expect(stdout).toMatch(/FAIL: Do not scale up to 25 %/);
  expect(steps[4]).toMatch(/succeeded after \d+ s, because checkout: status 500, expected 200/);
  const folder = /Everything of it is in (\S+);/.exec(stdout)?.[1] ?? '';
  expect(existsSync(path.join(folder, 'reports', '48hour_report.html'))).toBe(true);
  rmSync(folder, { recursive: true });
});
