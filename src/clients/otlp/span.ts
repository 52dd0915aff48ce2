export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer' | 'unspecified';
export type SpanStatus = 'unset' | 'ok' | 'error';
export type Attributes = Record<string, string | number | boolean>;

/** One finished span, whatever backend it was read from. */
export interface Span {
  /** 32 lower-case hexadecimal digits. */
  traceId: string;
  /** 16 lower-case hexadecimal digits. */
  spanId: string;
  parentSpanId?: string | undefined;
  name: string;
  /** `service.name` of the resource. */
  service: string;
  kind: SpanKind;
  /** Epoch milliseconds with fraction, as exact as a number holds (a quarter of a microsecond). */
  startMs: number;
  endMs: number;
  status: SpanStatus;
  attributes: Attributes;
  resource: Attributes;
}

const kinds: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const statuses: readonly SpanStatus[] = ['unset', 'ok', 'error'];

/** The name behind OTLP's number, its place among the names, or behind the name with or without OTLP's prefix. */
function named<Name extends string>(
  names: readonly Name[],
  prefix: string,
  value: unknown,
): Name | undefined {
  if (typeof value === 'number') return names[value];
  const text = String(value ?? '');
  const bare = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  return names.find((name) => name === bare.toLowerCase());
}

/** The kind behind OTLP's number, or behind its name as Tempo (`SPAN_KIND_SERVER`) and Jaeger (`server`) write it. */
export const spanKind = (value: unknown): SpanKind => named(kinds, 'SPAN_KIND_', value) ?? 'unspecified';

/** The status behind OTLP's number or its name (`STATUS_CODE_ERROR`, `ERROR`). */
export const spanStatus = (value: unknown): SpanStatus => named(statuses, 'STATUS_CODE_', value) ?? 'unset';

/** An id as lower-case hexadecimal digits from bytes, hexadecimal (OTLP/JSON) or base64 (Tempo); '' when it is none. */
export function hexId(value: unknown, bytes: 8 | 16): string {
  const hex =
    value instanceof Uint8Array
      ? Buffer.from(value).toString('hex')
      : typeof value !== 'string'
        ? ''
        : value.length === bytes * 2
          ? value.toLowerCase()
          : Buffer.from(value, 'base64').toString('hex');
  return hex.length === bytes * 2 && /^[0-9a-f]+$/.test(hex) && !/^0+$/.test(hex) ? hex : '';
}
