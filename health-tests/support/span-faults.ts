import type { Span } from '../../src/clients/index.ts';

/** The spans of one process are timed by one clock. */
const withinServiceMs = 5;

/** Two services have two clocks, and the one that answers ends its span when it comes to that, not when it was heard. */
const acrossServicesMs = 250;

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
    const toleranceMs = span.service === parent?.service ? withinServiceMs : acrossServicesMs;
    if (parent && (span.startMs < parent.startMs - toleranceMs || span.endMs > parent.endMs + toleranceMs)) {
      return [`${named} is not within its parent’s time`];
    }
    return [];
  });
  if (roots.length === 0) faults.push('no span continues the caller’s');
  if (spans.length > 0 && spans.length === roots.length) faults.push('no span is nested in another');
  return faults;
}

const inOrchestrator = ['POST /v1/tasks', 'htdag.decompose', 'halo.route', 'aop.validate', 'execute'];
const inPlanner = ['POST /v1/decompose', 'POST /v1/route', 'POST /v1/validate'];

/** The spans of one operation, by docs/target-contract.md#traces. */
export function expectedSpans(hasPlanner: boolean): string[] {
  return hasPlanner ? [...inOrchestrator, ...inPlanner] : inOrchestrator;
}

/** Spans that never came, so that what they would tell of is not seen. */
export function missingSpans(spans: readonly Span[], expected: readonly string[]): string[] {
  if (spans.length === 0) return [];
  const came = new Set(spans.map(({ name }) => name));
  return expected.filter((name) => !came.has(name)).map((name) => `no span ${name} came`);
}

/** How far the clock of a service may be from ours. */
const clockToleranceMs = 5000;

/** Services whose spans lie outside the time in which we waited for the operation: their clock is off. */
export function clockFaults(
  spans: readonly Span[],
  { sentAtMs, durationMs }: { sentAtMs: number; durationMs: number },
): string[] {
  const offMs = ({ startMs, endMs }: Span) => Math.max(sentAtMs - startMs, endMs - sentAtMs - durationMs);
  return [...Map.groupBy(spans, ({ service }) => service)].flatMap(([service, own]) => {
    const most = own.reduce((worst, span) => (offMs(span) > offMs(worst) ? span : worst));
    if (offMs(most) <= clockToleranceMs) return [];
    const side = most.startMs < sentAtMs ? 'behind' : 'ahead of';
    return [`the clock of ${service} is ${Math.round(offMs(most) / 1000)} s ${side} ours`];
  });
}
