import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { service } from './service.cjs';

describe('checkout', () => {
  test('answers', async () => assert.equal(await service(), 'up', 'the service is down'));
  test('greets', () => {}); // goes
});
