import { expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { oneLineReason } from '../../../src/monitor/deployments/run-reloading.ts';

test('several mistakes of a configuration stand in one line, one after the other', () => {
  const read = () => validateConfig({ intervall: '1m', port: 'x', timeout: -1 }, 'vigil.config.ts');
  let reason = '';
  try {
    read();
  } catch (thrown) {
    reason = oneLineReason(thrown);
  }
  expect(reason).toMatch(/^vigil\.config\.ts: \d mistakes: /);
  expect(reason).toContain('; ');
  expect(reason).not.toMatch(/ {2}|\n/);
});
