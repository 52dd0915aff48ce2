/** Machine-readable reason of a {@link VigilError}; it decides the exit code. */
export type VigilErrorCode =
  | 'CONFIG_INVALID'
  | 'USAGE'
  | 'JUNIT_INVALID'
  | 'EXPOSITION_INVALID'
  | 'EXPOSITION_TOO_LARGE'
  | 'TARGET_UNREACHABLE'
  | 'TARGET_UNHEALTHY'
  | 'TARGET_CONTRACT'
  | 'HARNESS';

export interface VigilErrorDetails {
  /** What would have been right. */
  expected?: string | undefined;
  /** What came instead, already shortened and free of secrets. */
  received?: string | undefined;
  /** File, path in the file, URL or command the error is about. */
  where?: string | undefined;
  /** The next step for the person who reads it. */
  hint?: string | undefined;
  cause?: unknown;
}

/**
 * A failure of the harness or of what it was given, never of a check (a failing check is a value).
 * Its text says what was expected, what came, where, and what to do.
 */
export class VigilError extends Error {
  readonly code: VigilErrorCode;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly where: string | undefined;
  readonly hint: string | undefined;

  constructor(code: VigilErrorCode, message: string, details: VigilErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'VigilError';
    this.code = code;
    this.expected = details.expected;
    this.received = details.received;
    this.where = details.where;
    this.hint = details.hint;
  }

  /** The error as lines for a terminal: message, then where, expected, received and what to do. */
  describe(): string {
    const rows: [string, string | undefined][] = [
      ['where', this.where],
      ['expected', this.expected],
      ['received', this.received],
      ['do', this.hint],
    ];
    return [
      this.message,
      ...rows.flatMap(([label, text]) => (text ? [`  ${label.padEnd(9)}${text}`] : [])),
    ].join('\n');
  }
}

/** The message of anything that was thrown, with the chain of causes in brackets. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.message || (thrown as { code?: string }).code || thrown.name;
  const cause = thrown.cause === undefined ? '' : messageOf(thrown.cause);
  return cause && !own.includes(cause) ? `${own} (${cause})` : own;
}
