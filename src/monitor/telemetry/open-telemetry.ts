import type { Span } from '@opentelemetry/api';
import type { CycleTrace } from '../../suite/index.ts';
import type { CycleRecord } from '../cycle/cycle-record.ts';
import { cycleSpans, hrTime, type SpanFacts } from './cycle-spans.ts';
import { type TelemetryOptions, useSdk } from './shared-sdk.ts';

/** The span of a cycle that runs. */
export interface CycleSpan {
  /** Its ids, for the requests of its checks. */
  trace: CycleTrace;
  /** Ends it, with a child for each check. */
  end(record: CycleRecord): void;
}

/** The watch as OpenTelemetry sees it. Nothing of it is waited for: what a collector doesn't take in time is lost, and said. */
export interface Telemetry {
  /** Begins the span of a cycle; undefined where traces are switched off. */
  begin(): CycleSpan | undefined;
  /** Sends what is left, for a second at most. */
  close(): Promise<void>;
}

/** Exports by the SDK that the user has installed, as OpenTelemetry's variables say. HARNESS where there is none. */
export function openTelemetry(options: TelemetryOptions): Telemetry {
  const { load, tracer, nextSpanId, shutdown } = useSdk(options);
  const { ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags } = load('@opentelemetry/api');
  const codes = { ok: SpanStatusCode.OK, error: SpanStatusCode.ERROR, unset: SpanStatusCode.UNSET };

  const end = (span: Span, { attributes, events, status, message, endMs }: SpanFacts) => {
    span.setAttributes(attributes);
    for (const event of events) span.addEvent(event.name, event.attributes, hrTime(event.timeMs));
    span.setStatus({ code: codes[status], ...(message !== undefined && { message }) });
    span.end(hrTime(endMs));
  };
  return {
    begin() {
      const span = tracer.startSpan('cycle', { root: true }, ROOT_CONTEXT);
      const context = span.spanContext();
      if (!trace.isSpanContextValid(context)) return undefined;
      const { traceId, spanId, traceFlags } = context;
      const ids = { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
      return {
        trace: ids,
        end(record) {
          const [cycle, ...checks] = cycleSpans(record, ids, options.redact);
          const parent = trace.setSpan(ROOT_CONTEXT, span);
          for (const check of checks) {
            nextSpanId(check.spanId);
            end(tracer.startSpan(check.name, { startTime: hrTime(check.startMs) }, parent), check);
          }
          end(span, cycle);
        },
      };
    },
    close: shutdown,
  };
}
