import assert from 'node:assert/strict';
import { service } from '../service.cjs';

describe('checkout', () => {
  it('answers', async () => assert.equal(await service(), 'up', 'the service is down'));
  it('greets', () => {}); // goes
});
