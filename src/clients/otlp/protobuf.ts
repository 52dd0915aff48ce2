import protobuf from 'protobufjs/light.js';

type Fields = Record<string, [type: string, id: number, repeated?: 'repeated']>;

/** A message of the schema; fields that are left out here are skipped by the decoder. */
const message = (fields: Fields): protobuf.IType => ({
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, [type, id, rule]]) => [name, { type, id, ...(rule && { rule }) }]),
  ),
});

const anyValue: Fields = {
  stringValue: ['string', 1],
  boolValue: ['bool', 2],
  intValue: ['int64', 3],
  doubleValue: ['double', 4],
  arrayValue: ['ArrayValue', 5],
  kvlistValue: ['KeyValueList', 6],
  bytesValue: ['bytes', 7],
};

/** What is needed of opentelemetry-proto 1.x: collector/trace/v1, trace/v1, resource/v1, common/v1, google.rpc.Status. */
const root = protobuf.Root.fromJSON({
  nested: {
    ExportRequest: message({ resourceSpans: ['ResourceSpans', 1, 'repeated'] }),
    ResourceSpans: message({ resource: ['Resource', 1], scopeSpans: ['ScopeSpans', 2, 'repeated'] }),
    Resource: message({ attributes: ['KeyValue', 1, 'repeated'] }),
    ScopeSpans: message({ spans: ['Span', 2, 'repeated'] }),
    Span: message({
      traceId: ['bytes', 1],
      spanId: ['bytes', 2],
      parentSpanId: ['bytes', 4],
      name: ['string', 5],
      kind: ['int32', 6],
      startTimeUnixNano: ['fixed64', 7],
      endTimeUnixNano: ['fixed64', 8],
      attributes: ['KeyValue', 9, 'repeated'],
      status: ['SpanStatus', 15],
    }),
    SpanStatus: message({ message: ['string', 2], code: ['int32', 3] }),
    KeyValue: message({ key: ['string', 1], value: ['AnyValue', 2] }),
    // Of one of several a value is told that is false, zero or empty.
    AnyValue: { ...message(anyValue), oneofs: { value: { oneof: Object.keys(anyValue) } } },
    ArrayValue: message({ values: ['AnyValue', 1, 'repeated'] }),
    KeyValueList: message({ values: ['KeyValue', 1, 'repeated'] }),
    ExportResponse: message({ partialSuccess: ['PartialSuccess', 1] }),
    PartialSuccess: message({ rejectedSpans: ['int64', 1], errorMessage: ['string', 2] }),
    RpcStatus: message({ code: ['int32', 1], message: ['string', 2] }),
  },
});

// Times in nanoseconds are beyond 2^53.
const plain = { longs: String, arrays: true } satisfies protobuf.IConversionOptions;

/** The `resourceSpans` of an ExportTraceServiceRequest in protobuf; throws on bytes that are none. */
export function decodeExportRequest(bytes: Uint8Array): unknown {
  const type = root.lookupType('ExportRequest');
  return type.toObject(type.decode(bytes), plain).resourceSpans;
}

/** A message as protobuf, for answers. */
export function encode(name: 'ExportResponse' | 'RpcStatus', value: Record<string, unknown>): Uint8Array {
  const type = root.lookupType(name);
  return type.encode(type.fromObject(value)).finish();
}
