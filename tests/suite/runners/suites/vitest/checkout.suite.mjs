import { describe, expect, test } from 'vitest';
import { service } from './service.cjs';

describe('checkout', () => {
  test('answers', async () => {
    expect(await service(), 'the service is down').toBe('up');
  });
  test('greets', () => {}); // goes
});
