import { expect, test } from 'vitest';
import { failureCause } from '../../../src/suite/outcomes/failure-cause.ts';
import { tryOut } from './suite-folder.ts';

test('tests that reach nobody say whom, and have one cause', async () => {
  const file = `
    test('lists products', async () => { await fetch('http://127.0.0.1:9/products'); });
    test('takes an order', async () => { await fetch('http://127.0.0.1:9/orders', { method: 'POST' }); });
  `;
  const { outcomes } = await tryOut({ files: { 'shop.suite.mjs': file }, catalogue: undefined });
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['fail', 'fail']);
  for (const { reason } of outcomes) expect(reason).toContain('fetch failed (');
  expect(outcomes.map((outcome) => failureCause(outcome))).toEqual([
    'unreachable 127.0.0.1:9',
    'unreachable 127.0.0.1:9',
  ]);
});
