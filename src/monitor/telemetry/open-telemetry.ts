import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Family } from '../../clients/index.ts';
import { messageOf, type TelemetrySettings } from '../../core/index.ts';
import type { CycleTrace } from '../../suite/index.ts';
import type { CycleRecord } from '../cycle/cycle-record.ts';
import { cycleSpans, hrTime, type SpanFacts } from './cycle-spans.ts';

/** The watch as OpenTelemetry sees it. Nothing of it is waited for: what a collector doesn't take in time is lost, and said. */
export interface Telemetry {
  /** Begins the trace of a cycle: its ids, for the requests of its checks. */
  begin(): CycleTrace;
  /** Sends the spans of a cycle that has ended. */
  cycle(trace: CycleTrace, record: CycleRecord): void;
  /** Sends what is left, for a second at most. */
  close(): Promise<void>;
}

export interface TelemetryOptions {
  settings: TelemetrySettings;
  version: string;
  /** The metrics as they stand now. */
  families: () => readonly Family[];
  metricsEveryMs: number;
  redact: (text: string) => string;
  /** Told when the collector begins to refuse, and when it takes again. */
  say: (line: string) => void;
}

/** A collector has this long for one export; it is another than the cycle's time. */
const timeoutMs = 5000;
const closeMs = 1000;

const statusCodes = { ok: SpanStatusCode.OK, error: SpanStatusCode.ERROR, unset: SpanStatusCode.UNSET };

function readableSpan(
  facts: SpanFacts,
  traceId: string,
  about: Pick<ReadableSpan, 'resource' | 'instrumentationScope'>,
): ReadableSpan {
  const context = (spanId: string) => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED });
  const { parentSpanId } = facts;
  return {
    ...about,
    name: facts.name,
    kind: SpanKind.INTERNAL,
    spanContext: () => context(facts.spanId),
    ...(parentSpanId !== undefined && { parentSpanContext: context(parentSpanId) }),
    startTime: hrTime(facts.startMs),
    endTime: hrTime(facts.endMs),
    duration: hrTime(facts.endMs - facts.startMs),
    status: {
      code: statusCodes[facts.status],
      ...(facts.message !== undefined && { message: facts.message }),
    },
    attributes: facts.attributes,
    events: facts.events.map(({ name, timeMs, attributes }) => ({ name, time: hrTime(timeMs), attributes })),
    links: [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

interface ExportResult {
  code: number;
  error?: Error;
}

interface Exporting<Batch> {
  export(batch: Batch, done: (result: ExportResult) => void): void;
}

/** Tells of the first export that failed and of the first that succeeds again. */
function watched<Batch, Exporter extends Exporting<Batch>>(
  exporter: Exporter,
  what: string,
  say: (line: string) => void,
): Exporter {
  const send = exporter.export.bind(exporter);
  let isFailing = false;
  exporter.export = (batch: Batch, done: (result: ExportResult) => void) =>
    send(batch, (result) => {
      const failed = result.code !== 0;
      if (failed && !isFailing)
        say(`${what} can’t be sent to the collector: ${messageOf(result.error)}; the watch goes on without`);
      if (!failed && isFailing) say(`${what} are sent to the collector again`);
      isFailing = failed;
      done(result);
    });
  return exporter;
}

async function openTraces(options: TelemetryOptions, url: string) {
  const [{ OTLPTraceExporter }, { BatchSpanProcessor }] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/sdk-trace'),
  ]);
  return new BatchSpanProcessor({
    exporter: watched(new OTLPTraceExporter({ url, timeoutMillis: timeoutMs }), 'traces', options.say),
    // A dead collector costs spans, not memory: some fifty cycles wait.
    maxQueueSize: 2048,
    maxExportBatchSize: 512,
    scheduledDelayMillis: 500,
    exportTimeoutMillis: timeoutMs + 1000,
  });
}

/** Opens the export by OTLP over HTTP; the SDK is loaded only here, so that nobody pays for it who sends nothing. */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { settings, redact } = options;
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const resource = resourceFromAttributes({
    ...settings.attributes,
    'service.name': settings.service,
    'service.version': options.version,
  });
  const about = { resource, instrumentationScope: { name: 'vigil', version: options.version } };
  const traces = settings.tracesUrl ? await openTraces(options, settings.tracesUrl) : undefined;
  const metrics = settings.metricsUrl ? await openMetrics(options, settings.metricsUrl, resource) : undefined;
  return {
    begin: () => ({ traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') }),
    cycle(trace, record) {
      if (!traces) return;
      for (const facts of cycleSpans(record, trace, redact))
        traces.onEnd(readableSpan(facts, trace.traceId, about));
    },
    async close() {
      const sent = Promise.allSettled([traces?.shutdown(), metrics?.shutdown()]);
      await Promise.race([sent, sleep(closeMs, undefined, { ref: false })]);
    },
  };
}

async function openMetrics(options: TelemetryOptions, url: string, resource: Resource) {
  const [{ OTLPMetricExporter }, { MeterProvider, PeriodicExportingMetricReader }, { familiesProducer }] =
    await Promise.all([
      import('@opentelemetry/exporter-metrics-otlp-proto'),
      import('@opentelemetry/sdk-metrics'),
      import('./families-producer.ts'),
    ]);
  const reader = new PeriodicExportingMetricReader({
    exporter: watched(new OTLPMetricExporter({ url, timeoutMillis: timeoutMs }), 'metrics', options.say),
    exportIntervalMillis: Math.max(options.metricsEveryMs, timeoutMs + 1000),
    exportTimeoutMillis: timeoutMs,
    metricProducers: [familiesProducer(options.families, resource, Date.now(), Date.now)],
  });
  return new MeterProvider({ resource, readers: [reader] });
}
