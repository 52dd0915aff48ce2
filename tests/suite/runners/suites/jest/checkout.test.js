const { service } = require('./service.cjs');

describe('checkout', () => {
  test('answers', async () => {
    if ((await service()) !== 'up') throw new Error('the service is down');
  });
  test('greets', () => {}); // goes
});
