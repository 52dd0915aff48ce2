import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tracer } from '@opentelemetry/api';
import type { Family } from '../../clients/index.ts';
import { messageOf, type TelemetryAsked } from '../../core/index.ts';
import { openMetricReaders } from './metric-readers.ts';
import { protocolOf, proxyOptions } from './otlp-exporter.ts';
import { type LoadPackage, packagesFrom } from './packages.ts';

export interface TelemetryOptions {
  asked: TelemetryAsked;
  /** Of the configuration: the SDK is looked for from here. */
  folder: string;
  version: string;
  /** The metrics as they stand now. */
  families: () => readonly Family[];
  redact: (text: string) => string;
  /** Told when the collector begins to refuse. */
  say: (line: string) => void;
}

/** OpenTelemetry as the environment configures it. */
export interface Sdk {
  load: LoadPackage;
  tracer: Tracer;
  /** Makes this the id of the span that is started next. */
  nextSpanId(id: string): void;
  shutdown(): Promise<void>;
}

/** A collector that refuses is told once, and again after it has given no trouble for so long. */
const quietMs = 10 * 60_000;

const closeMs = 1000;

/** Has the SDK tell its trouble here: mistakes of its variables as they are read, and later what can't be sent. */
function listenToTrouble(load: LoadPackage, say: (line: string) => void): { started(): void } {
  const { diag, DiagLogLevel } = load('@opentelemetry/api');
  const { getStringFromEnv, setGlobalErrorHandler } = load('@opentelemetry/core');
  let isStarting = true;
  let lastMs = Number.NEGATIVE_INFINITY;
  const failed = (text: string) => {
    const isNew = performance.now() - lastMs > quietMs;
    lastMs = performance.now();
    if (isNew) say(`telemetry can’t be sent to the collector: ${text}; the loop continues without it`);
  };
  const ignore = () => {};
  setGlobalErrorHandler((thrown) => failed(messageOf(thrown)));
  // Who sets a level reads what the SDK prints.
  if (getStringFromEnv('OTEL_LOG_LEVEL') === undefined)
    diag.setLogger(
      {
        error: (text) => (isStarting ? say(`OpenTelemetry: ${text}`) : failed(text)),
        warn: (text) => isStarting && !text.includes('"none"') && say(`OpenTelemetry: ${text}`),
        info: ignore,
        debug: ignore,
        verbose: ignore,
      },
      DiagLogLevel.WARN,
    );
  return {
    started() {
      isStarting = false;
    },
  };
}

function openTraceExporter(load: LoadPackage, url: string | undefined) {
  const options = proxyOptions(load, 'TRACES', url);
  if (options === undefined) return undefined;
  const { OTLPTraceExporter } = load(`@opentelemetry/exporter-trace-otlp-${protocolOf(load, 'TRACES')}`);
  return new OTLPTraceExporter(options);
}

function start(options: TelemetryOptions, users: ReadonlySet<TelemetryOptions>): Sdk {
  const { asked, folder, version } = options;
  const load = packagesFrom(folder, asked);
  const api = load('@opentelemetry/api');
  const trouble = listenToTrouble(load, (line) => [...users][0]?.say(line));
  const { defaultResource, resourceFromAttributes } = load('@opentelemetry/resources');
  let known: string | undefined;
  const { NodeSDK } = load('@opentelemetry/sdk-node');
  const traceExporter = openTraceExporter(load, asked.tracesUrl);
  const sdk = new NodeSDK({
    // What the variables say of this instance comes after, and holds.
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': 'vigil', 'service.version': version }),
    ),
    metricReaders: openMetricReaders(load, asked, () => [...users].flatMap((user) => user.families())),
    ...(traceExporter && { traceExporter }),
    logRecordProcessors: [],
    idGenerator: {
      generateTraceId: () => randomBytes(16).toString('hex'),
      generateSpanId() {
        const id = known ?? randomBytes(8).toString('hex');
        known = undefined;
        return id;
      },
    },
  });
  sdk.start();
  trouble.started();
  return {
    load,
    tracer: api.trace.getTracer('vigil', version),
    nextSpanId(id) {
      known = id;
    },
    async shutdown() {
      const sent = Promise.allSettled([sdk.shutdown()]);
      await Promise.race([sent, sleep(closeMs, undefined, { ref: false })]);
      // A watch of the same process that begins later starts the SDK anew.
      for (const one of [api.trace, api.metrics, api.logs, api.context, api.propagation, api.diag])
        one.disable();
    },
  };
}

/** OpenTelemetry knows one SDK a process; the deployments that are watched in it share it. */
const users = new Set<TelemetryOptions>();
let shared: Sdk | undefined;

/** The SDK of this process, started for the first who uses it and ended by the last. */
export function useSdk(options: TelemetryOptions): Sdk {
  users.add(options);
  try {
    shared ??= start(options, users);
  } catch (thrown) {
    users.delete(options);
    throw thrown;
  }
  const sdk = shared;
  return {
    ...sdk,
    async shutdown() {
      // What the last one shows is sent once more as the SDK ends.
      if (users.size === 1) {
        shared = undefined;
        await sdk.shutdown();
      }
      users.delete(options);
    },
  };
}
