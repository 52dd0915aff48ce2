import type { Span } from './span.ts';

/** Spans by trace, at most `maxSpans` of them: the trace that began first goes when room is needed. */
export class SpanRing {
  readonly #maxSpans: number;
  readonly #traces = new Map<string, Map<string, Span>>();
  #count = 0;

  constructor(maxSpans: number) {
    this.#maxSpans = maxSpans;
  }

  /** Keeps a span, in place of one with the same id (exporters repeat); `false` when its trace alone fills the ring. */
  add(span: Span): boolean {
    let trace = this.#traces.get(span.traceId);
    if (!trace) {
      trace = new Map();
      this.#traces.set(span.traceId, trace);
    }
    if (!trace.has(span.spanId)) {
      if (this.#count >= this.#maxSpans) this.#evictOldestBut(span.traceId);
      if (this.#count >= this.#maxSpans) return false;
      this.#count += 1;
    }
    trace.set(span.spanId, span);
    return true;
  }

  /** The spans of a trace, in the order in which they began. */
  of(traceId: string): Span[] {
    return [...(this.#traces.get(traceId)?.values() ?? [])].sort((a, b) => a.startMs - b.startMs);
  }

  #evictOldestBut(kept: string): void {
    for (const [traceId, spans] of this.#traces) {
      if (traceId === kept) continue;
      this.#traces.delete(traceId);
      this.#count -= spans.size;
      return;
    }
  }
}
