import type { Span } from '../../src/clients/index.ts';
import type { TraceStore } from './trace-store.ts';

/** The parent at which a span's ancestors leave the trace; one that was lost is such a parent too. */
function outermostParent(span: Span, byId: ReadonlyMap<string, Span>): string | undefined {
  const seen = new Set<string>();
  let top = span;
  for (
    let up = byId.get(top.parentSpanId ?? '');
    up && !seen.has(up.spanId);
    up = byId.get(up.parentSpanId ?? '')
  ) {
    seen.add(up.spanId);
    top = up;
  }
  return top.parentSpanId;
}

/**
 * A store that leaves out what continues one of `others`. Everything else stays, also what has lost its parent: of that
 * nobody can say whose it is, and it must not go unseen.
 */
export function withoutOthers(store: TraceStore, others: ReadonlySet<string>): TraceStore {
  const own = (spans: Span[]) => {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    return spans.filter((span) => !others.has(outermostParent(span, byId) ?? ''));
  };
  return {
    spansOf: async (traceId, query) =>
      own(await store.spansOf(traceId, { ...query, enough: (spans) => query.enough(own(spans)) })),
  };
}
