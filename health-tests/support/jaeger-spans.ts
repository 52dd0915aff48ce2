import { contractError, type Span, spanKind, spanStatus } from '../../src/clients/index.ts';

interface Tag {
  key: string;
  value: unknown;
}

interface JaegerSpan {
  traceID: string;
  spanID: string;
  operationName?: string;
  references?: { refType?: string; traceID?: string; spanID?: string }[];
  /** Epoch microseconds. */
  startTime: number;
  /** Microseconds. */
  duration: number;
  tags?: Tag[];
  processID?: string;
}

interface JaegerTrace {
  spans?: JaegerSpan[];
  processes?: Record<string, { serviceName?: string; tags?: Tag[] }>;
}

function attributesOf(tags: Tag[] = []): Span['attributes'] {
  const attributes: Span['attributes'] = Object.create(null);
  for (const { key, value } of tags) {
    attributes[key] = typeof value === 'number' || typeof value === 'boolean' ? value : String(value ?? '');
  }
  return attributes;
}

function spanOf(raw: JaegerSpan, processes: JaegerTrace['processes']): Span {
  const attributes = attributesOf(raw.tags);
  const process = processes?.[raw.processID ?? ''];
  const parent = raw.references?.find(
    ({ refType, traceID }) => refType === 'CHILD_OF' && traceID === raw.traceID,
  );
  const startMs = raw.startTime / 1000;
  const code = attributes['otel.status_code'] ?? (attributes.error === true ? 'error' : 'unset');
  return {
    // Old versions leave out leading zeros.
    traceId: raw.traceID.padStart(32, '0'),
    spanId: raw.spanID.padStart(16, '0'),
    parentSpanId: parent?.spanID?.padStart(16, '0'),
    name: raw.operationName ?? '',
    service: process?.serviceName ?? 'unknown_service',
    kind: spanKind(attributes['span.kind']),
    startMs,
    endMs: startMs + raw.duration / 1000,
    status: spanStatus(code),
    attributes,
    resource: attributesOf(process?.tags),
  };
}

/** The spans of `data` in an answer of Jaeger's `/api/traces/{id}`; TARGET_CONTRACT names `where`. */
export function spansOfJaeger(data: unknown, where: string): Span[] {
  try {
    return (data as JaegerTrace[]).flatMap((trace) =>
      (trace.spans ?? []).map((span) => spanOf(span, trace.processes)),
    );
  } catch {
    throw contractError(where, 'traces of Jaeger with "spans" and "processes"', 'another shape');
  }
}
