export { accessOf, useAccess } from './access/access.ts';
export { activeSilences, alertmanagerStatus, type Silence, sentNotifications } from './alertmanager.ts';
export { asked, askTraffic } from './ask-traffic.ts';
export { containerRestarts, listContainers } from './docker.ts';
export { endOfOpenMetrics, formatExposition, openMetricsLines } from './exposition/format.ts';
export { histogramOf, histogramQuantile } from './exposition/histogram.ts';
export { parseExposition, readExposition } from './exposition/parse.ts';
export { family, increase, sumOf } from './exposition/query.ts';
export type { Exposition, Family, Labels, MetricType } from './exposition/types.ts';
export { dashboardOf, dataSourceFault, grafanaHealth } from './grafana.ts';
export { readHost, watchCpu } from './host/host.ts';
export type { HostReading } from './host/host-reading.ts';
export {
  type Exchange,
  type Exchanges,
  enterExchanges,
  noteExchanges,
  shareExchanges,
  tellingFirst,
} from './http/exchanges.ts';
export { type HttpAnswer, type SendOptions, send } from './http/http.ts';
export { contractError, unexpected } from './http/http-failure.ts';
export { openReceiver, type Receiver } from './http/receiver.ts';
export { enterSpan, newTraceContext, traceparentOf } from './http/trace-context.ts';
export { expandLogs, logSizes } from './log-files.ts';
export { evaluateFlag } from './ofrep.ts';
export { startTraceReceiver } from './otlp/receiver.ts';
export { spansOfResourceSpans } from './otlp/resource-spans.ts';
export { type Span, spanKind, spanStatus } from './otlp/span.ts';
export {
  type AskPostgres,
  loadPostgres,
  openPostgres,
  type Postgres,
  type PostgresRow,
  postgresFailure,
} from './postgres.ts';
export {
  type InstantSample,
  prometheusReady,
  queryInstant,
  queryRange,
  querySamples,
  type StoredSeries,
  type TargetState,
  targetsUp,
} from './prometheus.ts';
export { prometheusAlerting } from './prometheus-alerting.ts';
export { verifyManifest } from './release-manifest.ts';
export { runningRelease } from './running-release.ts';
export { endpointsOf, mustBeWell, type ServiceEndpoint, unhealthyNext } from './services/endpoints.ts';
export { instancesOf, instanceText } from './services/instances.ts';
export { differenceFrom, type SaidRelease, saidReleases } from './services/said-releases.ts';
export { openWitness, type Witness } from './witness.ts';
