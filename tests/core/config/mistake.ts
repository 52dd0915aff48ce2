import { expect } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { VigilError } from '../../../src/core/errors.ts';

/** How a configuration is refused, as a person reads it. */
export function mistake(input: unknown): string {
  try {
    validateConfig(input, '/etc/vigil.config.ts');
  } catch (thrown) {
    if (!(thrown instanceof VigilError)) throw thrown;
    expect(thrown.code).toBe('CONFIG_INVALID');
    expect(thrown.message).toMatch(/^\/etc\/vigil\.config\.ts: /);
    return thrown.describe();
  }
  throw new Error('it was accepted');
}
