import { randomBytes } from 'node:crypto';

/** Identity of a trace that a check starts. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits. */
  traceId: string;
  /** 16 lower-case hexadecimal digits; the parent of the first span on the other side. */
  spanId: string;
  /** The W3C header, version 00. */
  traceparent: string;
}

/** A span that others continue. */
type ContinuedSpan = Pick<TraceContext, 'traceId' | 'spanId'> & {
  /** Whether the trace is recorded; a sampler may have left it out. */
  isSampled?: boolean | undefined;
};

/** The W3C header of a span, version 00, with the sampled flag unless its trace is left out. */
export function traceparentOf({ traceId, spanId, isSampled = true }: ContinuedSpan): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** The span that requests are part of now. Checks run one after the other, so one is enough. */
let current: (TraceContext & { isSampled: boolean }) | undefined;

/** Makes a span the parent of every request from here on, until another or none is named. */
export function enterSpan(span: ContinuedSpan | undefined): void {
  current = span && {
    traceId: span.traceId,
    spanId: span.spanId,
    traceparent: traceparentOf(span),
    isSampled: span.isSampled ?? true,
  };
}

/** The span that was entered; `undefined` outside of one. */
export const currentSpan = (): TraceContext | undefined => current;

/**
 * The trace of the span that was entered. Outside of one, or where a sampler has left it out so that a deployment would
 * show nothing of it, it starts a trace: random ids (an id of zeros is invalid, and as likely as never) and the header
 * that carries them.
 */
export function newTraceContext(): TraceContext {
  if (current?.isSampled) return current;
  const span = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
  return { ...span, traceparent: traceparentOf(span) };
}
