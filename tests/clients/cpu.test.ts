import { expect, test } from 'vitest';
import { watchCpu } from '../../src/clients/host/host.ts';

test('CPU in use is a ratio that a busy core raises above zero', () => {
  const used = watchCpu();
  const end = performance.now() + 300;
  while (performance.now() < end);
  expect(used()).toBeGreaterThan(0);
  expect(used()).toBeLessThanOrEqual(1);
});
