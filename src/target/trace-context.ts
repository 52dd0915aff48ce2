import { randomBytes } from 'node:crypto';

/** Identity of a trace that a check starts. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits. */
  traceId: string;
  /** 16 lower-case hexadecimal digits; the parent of the first span on the other side. */
  spanId: string;
  /** The W3C header, version 00, with the sampled flag. */
  traceparent: string;
}

/** Starts a trace: random ids (an id of zeros is invalid, and as likely as never) and the header that carries them. */
export function newTraceContext(): TraceContext {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}
