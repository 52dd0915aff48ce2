export { type HostSource, readHost } from './host.ts';
export type { DiskReading, HostReading } from './host-reading.ts';
export { closeConnections, type HttpAnswer, type SendOptions, send } from './http.ts';
export { newTraceContext, type TraceContext } from './trace-context.ts';
export { openTraceStore, type SpanQuery, type TraceSource, type TraceStore } from './traces.ts';
