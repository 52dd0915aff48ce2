import { execFileSync } from 'node:child_process';
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { offsetsOf, waitForLine } from '../../health-tests/support/log-lines.ts';
import { failureOf, temporaryFolder } from '../clients/servers.ts';

const json = (id: string, more: object = {}) => `${JSON.stringify({ id, ...more })}\n`;
const withId = (id: string) => (line: Record<string, unknown>) => line.id === id;

async function log(content = ''): Promise<string> {
  const file = path.join(await temporaryFolder(), 'app.log');
  writeFileSync(file, content);
  return file;
}

async function waiting(file: string, id: string, timeoutMs = 2000) {
  const fromOffsets = await offsetsOf([file]);
  return {
    found: () => waitForLine({ files: [file], fromOffsets, match: withId(id), timeoutMs, pollMs: 10 }),
  };
}

describe('waiting for a line', () => {
  test('finds what is appended, with its delay', async () => {
    const file = await log(json('old'));
    const { found } = await waiting(file, 'x');
    setTimeout(() => appendFileSync(file, json('other') + json('x', { level: 'info' })), 100);
    const line = await found();
    expect(line).toMatchObject({ file, line: { id: 'x', level: 'info' } });
    expect(line?.delayMs).toBeGreaterThan(80);
    expect(line?.delayMs).toBeLessThan(1000);
  });

  test('passes over what was there before', async () => {
    const file = await log(json('x'));
    const { found } = await waiting(file, 'x', 80);
    expect(await found()).toBeUndefined();
  });

  test('finds what came between the offsets and the call', async () => {
    const file = await log();
    const { found } = await waiting(file, 'x');
    appendFileSync(file, json('x'));
    expect((await found())?.line).toEqual({ id: 'x' });
  });

  test('puts a torn line together, and a character that is torn', async () => {
    const file = await log();
    const { found } = await waiting(file, 'ü');
    const bytes = Buffer.from(json('ü'));
    const middle = bytes.indexOf(Buffer.from('ü')) + 1;
    appendFileSync(file, bytes.subarray(0, middle));
    setTimeout(() => appendFileSync(file, bytes.subarray(middle)), 60);
    expect((await found())?.line).toEqual({ id: 'ü' });
  });

  test('takes a whole line without its end when the time is over', async () => {
    const file = await log();
    const { found } = await waiting(file, 'x', 80);
    appendFileSync(file, json('x').trimEnd());
    expect((await found())?.line).toEqual({ id: 'x' });
  });

  test('passes over lines that are no JSON object', async () => {
    const file = await log();
    const { found } = await waiting(file, 'x');
    appendFileSync(file, `plain text\n[1]\n{"id":\nnull\n\n${json('x')}`);
    expect((await found())?.line).toEqual({ id: 'x' });
  });

  test('waits for a log that is not there yet', async () => {
    const file = path.join(await temporaryFolder(), 'new.log');
    const { found } = await waiting(file, 'x');
    setTimeout(() => writeFileSync(file, json('x')), 60);
    expect((await found())?.file).toBe(file);
  });

  test('follows a rotation by renaming: the end of the old file and the new one', async () => {
    const file = await log(json('old'));
    for (const [id, rotate] of [
      ['in-new', () => writeFileSync(file, json('in-new'))],
      ['in-old', () => appendFileSync(`${file}.1`, json('in-old'))],
    ] as const) {
      const { found } = await waiting(file, id);
      const promise = found();
      await sleep(40);
      renameSync(file, `${file}.1`);
      rotate();
      if (id === 'in-old') writeFileSync(file, '');
      expect((await promise)?.line).toEqual({ id });
    }
  });

  test('finds the line that was rotated away before the first look', async () => {
    const file = await log(json('old'));
    const { found } = await waiting(file, 'x');
    appendFileSync(file, json('x'));
    renameSync(file, `${file}.1`);
    writeFileSync(file, json('new'));
    expect((await found())?.line).toEqual({ id: 'x' });
  });

  test('follows a rotation by truncating', async () => {
    const file = await log(json('old').repeat(50));
    const { found } = await waiting(file, 'x');
    const promise = found();
    await sleep(40);
    truncateSync(file, 0);
    appendFileSync(file, json('x'));
    expect((await promise)?.line).toEqual({ id: 'x' });
  });

  test('drops a line over 1 MiB and finds the next', async () => {
    const file = await log();
    const { found } = await waiting(file, 'x');
    appendFileSync(file, json('x', { pad: 'y'.repeat(1_500_000) }) + json('x'));
    expect((await found())?.line).toEqual({ id: 'x' });
  });

  test('gives up a log that grows without bounds', async () => {
    const file = await log();
    const { found } = await waiting(file, 'x', 10_000);
    truncateSync(file, 80 * 1024 ** 2);
    const failure = await failureOf(found());
    expect(failure.code).toBe('TARGET_CONTRACT');
    expect(failure.message).toContain('64 MiB');
  });

  test('does not hang on a pipe in the place of a log', async () => {
    const file = path.join(await temporaryFolder(), 'pipe.log');
    execFileSync('mkfifo', [file]);
    const failure = await failureOf(
      waitForLine({ files: [file], fromOffsets: {}, match: () => true, timeoutMs: 500 }),
    );
    expect(failure).toMatchObject({ code: 'HARNESS', where: file });
  });
});
