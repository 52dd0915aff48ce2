import type { Span } from '../../src/clients/index.ts';

/** Clocks of one process are read in microseconds, those of two services may differ by a little. */
const toleranceMs = 5;

/** Spans with a parent that never came, an error on a good operation, or times outside their parent's. */
export function spanFaults(spans: readonly Span[], rootParent: string): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === rootParent);
  const faults = spans.flatMap((span) => {
    const named = `${span.service} ${span.name}`;
    const parent = byId.get(span.parentSpanId ?? '');
    if (!parent && span.parentSpanId !== rootParent) return [`${named} has no parent in the trace`];
    if (span.status === 'error') return [`${named} has status error`];
    if (span.endMs < span.startMs) return [`${named} ends before it starts`];
    if (parent && (span.startMs < parent.startMs - toleranceMs || span.endMs > parent.endMs + toleranceMs)) {
      return [`${named} is not within its parent’s time`];
    }
    return [];
  });
  if (roots.length === 0) faults.push('no span continues the caller’s');
  if (spans.length > 0 && spans.length === roots.length) faults.push('no span is nested in another');
  return faults;
}
