import { expect, test } from 'vitest';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { failureCause } from '../../../src/suite/outcomes/failure-cause.ts';
import { tryOut } from './suite-folder.ts';

test('tests that reach nobody say whom, and have one cause', async () => {
  const host = `127.0.0.1:${await freePort()}`;
  const file = `
    test('lists products', async () => { await fetch('http://${host}/products'); });
    test('takes an order', async () => { await fetch('http://${host}/orders', { method: 'POST' }); });
  `;
  const { outcomes } = await tryOut({ files: { 'shop.suite.mjs': file }, catalogue: undefined });
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['fail', 'fail']);
  for (const { reason } of outcomes) expect(reason).toContain('fetch failed (');
  const cause = `unreachable ${host}`;
  expect(outcomes.map((outcome) => failureCause(outcome))).toEqual([cause, cause]);
});
