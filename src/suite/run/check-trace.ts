import { createHash } from 'node:crypto';

/** The trace of a cycle: its id, and the span of the cycle itself, in lower-case hexadecimal digits. */
export interface CycleTrace {
  traceId: string;
  spanId: string;
}

/** A case as runner and child both name it: its file and its full name, joined as Vitest does. */
export function caseNameOf({ file, fullName }: { file: string; fullName: string }): string {
  return `${file} > ${fullName}`;
}

/**
 * The span of a check within the trace of its cycle. Runner and child find it each for themselves, so that the child
 * can name it as the parent of its requests before the runner has made it.
 */
export function checkSpanId(traceId: string, caseName: string): string {
  return createHash('sha256').update(`${traceId}\n${caseName}`).digest('hex').slice(0, 16);
}
