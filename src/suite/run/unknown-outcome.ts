/** Name of the error by which a check says that it could not judge; it is the `type` of the JUnit failure. */
export const UNKNOWN_OUTCOME = 'UnknownOutcome';

/**
 * Thrown by a check that has too little evidence. Vitest shows it as a failure, because unknown is
 * not pass; Vigil counts it as `unknown`.
 */
export class UnknownOutcome extends Error {
  constructor(reason: string) {
    super(`unknown: ${reason}`);
    this.name = UNKNOWN_OUTCOME;
  }
}
