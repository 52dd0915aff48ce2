import { type Attributes, hexId, type Span, spanKind, spanStatus } from './span.ts';

interface AnyValue {
  stringValue?: unknown;
  boolValue?: unknown;
  intValue?: unknown;
  doubleValue?: unknown;
  arrayValue?: { values?: unknown };
  kvlistValue?: { values?: unknown };
  bytesValue?: unknown;
}

type Loose = Record<string, unknown>;

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objects(value: unknown): Loose[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function nested(value: unknown): unknown {
  if (!isObject(value)) return null;
  const any = value as AnyValue;
  if (any.arrayValue) return objects(any.arrayValue.values).map(nested);
  if (any.kvlistValue) {
    return Object.fromEntries(objects(any.kvlistValue.values).map((pair) => [pair.key, nested(pair.value)]));
  }
  return scalar(any);
}

function scalar(any: AnyValue): string | number | boolean {
  if (typeof any.boolValue === 'boolean') return any.boolValue;
  // OTLP/JSON writes 64-bit integers as strings.
  if (any.intValue !== undefined && any.intValue !== null) return Number(any.intValue);
  if (any.doubleValue !== undefined && any.doubleValue !== null) return Number(any.doubleValue);
  if (any.bytesValue instanceof Uint8Array) return Buffer.from(any.bytesValue).toString('base64');
  return String(any.stringValue ?? any.bytesValue ?? '');
}

/** Attributes of an OTLP key-value list; arrays and maps become their JSON text. */
function attributesOf(pairs: unknown): Attributes {
  const attributes: Attributes = Object.create(null);
  for (const { key, value } of objects(pairs)) {
    if (typeof key !== 'string') continue;
    const any = (isObject(value) ? value : {}) as AnyValue;
    attributes[key] = any.arrayValue || any.kvlistValue ? JSON.stringify(nested(any)) : scalar(any);
  }
  return attributes;
}

/** Epoch nanoseconds as epoch milliseconds; of a decimal string no more is lost than the result can't hold. */
function millis(nanoseconds: unknown): number {
  const text = String(nanoseconds ?? '');
  if (/^\d{7,}$/.test(text)) return Number(text.slice(0, -6)) + Number(text.slice(-6)) / 1e6;
  const value = Number(text);
  return Number.isFinite(value) ? value / 1e6 : 0;
}

function spanOf(raw: Loose, resource: Attributes): Span | undefined {
  const traceId = hexId(raw.traceId, 16);
  const spanId = hexId(raw.spanId, 8);
  if (!traceId || !spanId) return undefined;
  return {
    traceId,
    spanId,
    parentSpanId: hexId(raw.parentSpanId, 8) || undefined,
    name: String(raw.name ?? ''),
    service: String(resource['service.name'] ?? 'unknown_service'),
    kind: spanKind(raw.kind),
    startMs: millis(raw.startTimeUnixNano),
    endMs: millis(raw.endTimeUnixNano),
    status: spanStatus(isObject(raw.status) ? raw.status.code : undefined),
    attributes: attributesOf(raw.attributes),
    resource,
  };
}

/**
 * The spans of OTLP `resourceSpans`, decoded from protobuf or parsed from JSON, and how many were left out because
 * their ids are not valid.
 */
export function spansOfResourceSpans(resourceSpans: unknown): { spans: Span[]; invalid: number } {
  const spans: Span[] = [];
  let invalid = 0;
  for (const group of objects(resourceSpans)) {
    const resource = attributesOf(isObject(group.resource) ? group.resource.attributes : undefined);
    // Tempo up to 1.4 answers with the name that OTLP had before 0.19.
    for (const scope of objects(group.scopeSpans ?? group.instrumentationLibrarySpans)) {
      for (const raw of objects(scope.spans)) {
        const span = spanOf(raw, resource);
        if (span) spans.push(span);
        else invalid += 1;
      }
    }
  }
  return { spans, invalid };
}
