import { expect, test } from 'vitest';
import { openSpareMemory } from '../../scripts/spare-memory.ts';

test('garbage is given back, once a minute at most', async () => {
  let nowMs = 0;
  const spareMemory = openSpareMemory(() => nowMs);
  const garbage = () => new WeakRef({ text: 'of a cycle' });
  const [first, second] = [garbage(), garbage()];
  // What a WeakRef was made of stays until the turn in which it was made is over.
  await new Promise(setImmediate);
  expect([spareMemory(), first.deref(), second.deref()]).toEqual([true, undefined, undefined]);

  nowMs += 59_999;
  expect(spareMemory()).toBe(false);
  nowMs += 1;
  expect(spareMemory()).toBe(true);
});
