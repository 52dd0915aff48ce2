import { setTimeout as sleep } from 'node:timers/promises';
import {
  type HttpAnswer,
  type SendOptions,
  type Span,
  send,
  spansOfResourceSpans,
  unexpected,
} from '../../src/clients/index.ts';
import { spansOfJaeger } from './jaeger-spans.ts';

/** OpenTelemetry's default delay between two batches is 5 s, and two services send one after the other. */
const defaultTimeoutMs = 8000;

let waitedMs = 0;

/** How long the checks of this run have waited for spans. */
export const secondsWaitedForSpans = (): number => waitedMs / 1000;

export type TraceSource = { receiver: string } | { jaeger: string } | { tempo: string };

export interface SpanQuery {
  /** Whether the spans that came so far are all that is waited for. */
  enough: (spans: Span[]) => boolean;
  timeoutMs?: number;
  pollMs?: number;
}

/** Where finished spans are read from. */
export interface TraceStore {
  /** The spans of a trace: as soon as they are enough, else what there is when the time is over. */
  spansOf(traceId: string, query: SpanQuery): Promise<Span[]>;
}

type Read = (traceId: string, limits: Pick<SendOptions, 'timeoutMs' | 'signal'>) => Promise<Span[]>;

/** The body of an answer; `undefined` for a trace that isn't there yet. */
function found<T>(answer: HttpAnswer, expected: string): T | undefined {
  if (answer.status === 404) return undefined;
  if (answer.status === 200) {
    const value = answer.json<T | null>();
    if (typeof value === 'object' && value !== null) return value;
  }
  throw unexpected(answer, expected);
}

interface Otlp {
  resourceSpans?: unknown;
  batches?: unknown;
}

function readReceiver(base: string): Read {
  return async (traceId, limits) => {
    const answer = await send(`${base}/spans/${traceId}`, limits);
    const body = found<{ spans?: unknown }>(answer, '{ "spans": [ … ] }');
    if (body && !Array.isArray(body.spans)) throw unexpected(answer, '{ "spans": [ … ] }');
    return (body?.spans ?? []) as Span[];
  };
}

function readTempo(base: string): Read {
  return async (traceId, limits) => {
    const answer = await send(`${base}/api/traces/${traceId}`, {
      ...limits,
      headers: { accept: 'application/json' },
    });
    const expected = 'a trace of Tempo with "batches" or "resourceSpans"';
    const body = found<Otlp & { trace?: Otlp }>(answer, expected);
    if (!body) return [];
    const groups = body.batches ?? body.resourceSpans ?? body.trace?.resourceSpans;
    if (!Array.isArray(groups)) throw unexpected(answer, expected);
    return spansOfResourceSpans(groups).spans;
  };
}

function readJaeger(base: string): Read {
  return async (traceId, limits) => {
    const answer = await send(`${base}/api/traces/${traceId}`, limits);
    const expected = 'a trace of Jaeger with "data"';
    // A 404 of the old query API says so in "errors"; any other means that only the v3 API is served.
    if (answer.status === 404 && !answer.text.includes('"errors"')) {
      const v3 = await send(`${base}/api/v3/traces/${traceId}`, limits);
      const body = found<{ result?: Otlp }>(v3, expected);
      return body ? spansOfResourceSpans(body.result?.resourceSpans).spans : [];
    }
    const body = found<{ data?: unknown }>(answer, expected);
    return body ? spansOfJaeger(body.data, answer.url) : [];
  };
}

function reader(source: TraceSource): Read {
  if ('receiver' in source) return readReceiver(source.receiver);
  return 'jaeger' in source ? readJaeger(source.jaeger) : readTempo(source.tempo);
}

/**
 * Opens the receiver of the harness, a Jaeger query service (v1 or v3 API) or a Tempo. A trace that isn't there yet
 * has no spans; an unreachable store throws TARGET_UNREACHABLE, one that answers otherwise TARGET_CONTRACT.
 */
export function openTraceStore(source: TraceSource): TraceStore {
  const read = reader(source);
  return {
    async spansOf(traceId, { enough, timeoutMs = defaultTimeoutMs, pollMs = 50 }) {
      const limitMs = Math.ceil(timeoutMs);
      const over = AbortSignal.timeout(limitMs);
      // The first question says by its own time-out that nothing answered; the later ones end with the time for all.
      let spans = await read(traceId, { timeoutMs: limitMs });
      const waitedFrom = performance.now();
      while (!enough(spans) && !over.aborted) {
        await sleep(pollMs, undefined, { signal: over }).catch(() => {});
        try {
          spans = await read(traceId, { timeoutMs: limitMs, signal: over });
        } catch (thrown) {
          // The time was over in the middle of a later question: what came before still counts.
          if (!over.aborted) throw thrown;
        }
      }
      waitedMs += performance.now() - waitedFrom;
      return spans;
    },
  };
}
