export { shownUrl } from '../text/index.ts';
export { Agent } from './agent.ts';
export { deliverable, hasOwnRoute, receiversFor } from './alert-routes.ts';
export { type AlertmanagerStatus, alertmanagerStatus } from './alertmanager.ts';
export { watchCpu } from './cpu.ts';
export { type Container, type ContainerHealth, listContainers } from './docker.ts';
export { dashboardExists, type GrafanaHealth, grafanaHealth } from './grafana.ts';
export { type HostSource, readHost } from './host.ts';
export type { DiskReading, HostReading } from './host-reading.ts';
export { closeConnections, type HttpAnswer, type SendOptions, send } from './http.ts';
export { type FoundLine, type LineQuery, waitForLine } from './log-files.ts';
export {
  expandLogs,
  type LogOffset,
  type LogOffsets,
  type LogSize,
  logSizes,
  offsetsOf,
} from './log-list.ts';
export { evaluateFlag, type FlagEvaluation } from './ofrep.ts';
export {
  type InstantSample,
  prometheusReady,
  queryInstant,
  type TargetState,
  targetsUp,
} from './prometheus.ts';
export { queryRange, querySamples, type StoredSeries } from './prometheus-series.ts';
export { type ManifestProblem, type ManifestVerdict, verifyManifest } from './release-manifest.ts';
export { enterSpan, newTraceContext, type TraceContext, traceparentOf } from './trace-context.ts';
export { openTraceStore, type SpanQuery, type TraceSource, type TraceStore } from './traces.ts';
