import { VigilError } from '../../src/core/errors.ts';

/** The error of ours that something throws; anything else fails the test. */
export function errorOf(run: () => unknown): VigilError {
  try {
    run();
  } catch (error) {
    if (error instanceof VigilError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
