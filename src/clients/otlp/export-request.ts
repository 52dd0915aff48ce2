import type { IncomingMessage } from 'node:http';
import { Refusal, readBody } from './request-body.ts';
import { spansOfResourceSpans } from './resource-spans.ts';
import type { SpanRing } from './span-ring.ts';

export type OtlpEncoding = 'application/x-protobuf' | 'application/json';

/** The encoding of a request by its content type, or 415. */
export function encodingOf(request: IncomingMessage): OtlpEncoding {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-protobuf' || type === 'application/json') return type;
  throw new Refusal(
    415,
    `content type ${type || 'missing'}: send application/x-protobuf or application/json`,
  );
}

async function resourceSpansOf(body: Buffer, encoding: OtlpEncoding): Promise<unknown> {
  try {
    if (encoding === 'application/json') {
      const parsed: unknown = JSON.parse(body.toString('utf8'));
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
        throw new TypeError('no object');
      return (parsed as { resourceSpans?: unknown }).resourceSpans ?? [];
    }
    const { decodeExportRequest } = await import('./protobuf.ts');
    return decodeExportRequest(body);
  } catch {
    throw new Refusal(400, `the body is no ExportTraceServiceRequest in ${encoding}`);
  }
}

/** Reads an export request into the ring and answers as OTLP asks: what was refused, or nothing. */
export async function takeExport(
  request: IncomingMessage,
  encoding: OtlpEncoding,
  ring: SpanRing,
  maxBytes: number,
): Promise<{ rejectedSpans: number; errorMessage: string } | undefined> {
  const body = await readBody(request, maxBytes);
  const { spans, invalid } = spansOfResourceSpans(await resourceSpansOf(body, encoding));
  const full = spans.filter((span) => !ring.add(span)).length;
  if (invalid + full === 0) return undefined;
  const reasons = [
    ...(invalid ? [`${invalid} without a valid trace id and span id`] : []),
    ...(full ? [`${full} beyond the room for one trace`] : []),
  ];
  return { rejectedSpans: invalid + full, errorMessage: reasons.join(', ') };
}
