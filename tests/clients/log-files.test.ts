import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { expandLogs, logSizes } from '../../src/clients/log-files.ts';
import { temporaryFolder } from './servers.ts';

describe('the list of logs', () => {
  test('is of plain paths and patterns, each file once, folders left out', async () => {
    const folder = await temporaryFolder();
    for (const name of ['b.log', 'a.log', 'c.txt']) writeFileSync(path.join(folder, name), '');
    mkdirSync(path.join(folder, 'd.log'));
    const [a, b, missing] = ['a.log', 'b.log', 'missing.log'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    expect(await expandLogs([path.join(folder, '*.log'), a, missing])).toEqual([a, b, missing]);
  });

  test('has sizes, or the reason why not', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'app.log');
    writeFileSync(file, '12345');
    expect(await logSizes([file, `${file}.1`, folder])).toEqual([
      { file, bytes: 5 },
      { file: `${file}.1`, bytes: undefined, reason: 'no such file' },
      { file: folder, bytes: undefined, reason: 'no regular file' },
    ]);
  });
});
