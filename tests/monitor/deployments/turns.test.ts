import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { takeTurns } from '../../../src/monitor/deployments/turns.ts';

test('at most so many run at a time, in the order in which they came', async () => {
  const inTurn = takeTurns(2);
  const began: number[] = [];
  let running = 0;
  let most = 0;
  await Promise.all(
    [0, 1, 2, 3, 4].map((index) =>
      inTurn(async () => {
        began.push(index);
        running += 1;
        most = Math.max(most, running);
        await sleep(5);
        running -= 1;
      }),
    ),
  );
  expect(began).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
});

test('one that hangs gives its turn back and goes on, one that fails does at once', async () => {
  const inTurn = takeTurns(1, 20);
  let release = () => {};
  const hanging = inTurn(() => new Promise<string>((resolve) => (release = () => resolve('done'))));
  await expect(inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await inTurn(async () => 'went')).toBe('went');
  release();
  expect(await hanging).toBe('done');
});
