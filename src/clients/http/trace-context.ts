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

/** The W3C header of a span, version 00, with the sampled flag. */
export function traceparentOf({ traceId, spanId }: Pick<TraceContext, 'traceId' | 'spanId'>): string {
  return `00-${traceId}-${spanId}-01`;
}

/** The span that requests are part of now. Checks run one after the other, so one is enough. */
let current: TraceContext | undefined;

/** Makes a span the parent of every request from here on, until another or none is named. */
export function enterSpan(span: Pick<TraceContext, 'traceId' | 'spanId'> | undefined): void {
  current = span && { traceId: span.traceId, spanId: span.spanId, traceparent: traceparentOf(span) };
}

/** The span that was entered; `undefined` outside of one. */
export const currentSpan = (): TraceContext | undefined => current;

/**
 * The trace of the span that was entered. Outside of one it starts a trace: random ids (an id of zeros is invalid, and
 * as likely as never) and the header that carries them.
 */
export function newTraceContext(): TraceContext {
  if (current) return current;
  const span = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
  return { ...span, traceparent: traceparentOf(span) };
}
