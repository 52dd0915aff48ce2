export { startTraceReceiver, type TraceReceiver, type TraceReceiverOptions } from './receiver.ts';
export { spansOfResourceSpans } from './resource-spans.ts';
export { type Attributes, type Span, type SpanKind, type SpanStatus, spanKind, spanStatus } from './span.ts';
