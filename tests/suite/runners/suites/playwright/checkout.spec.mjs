import { expect, test } from '@playwright/test';
import { service } from './service.cjs';

test.describe('checkout', () => {
  test('answers', async () => {
    expect(await service(), 'the service is down').toBe('up');
  });
  test('greets', () => {}); // goes
});
