import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs/light.js';
import { decodeExportRequest } from '../../../src/clients/otlp/protobuf.ts';
import { spansOfResourceSpans } from '../../../src/clients/otlp/resource-spans.ts';
import type { Span } from '../../../src/clients/otlp/span.ts';

/** As much of opentelemetry-proto's metrics as is looked at. */
const root = protobuf.Root.fromJSON({
  nested: {
    Request: { fields: { resourceMetrics: { type: 'ResourceMetrics', id: 1, rule: 'repeated' } } },
    ResourceMetrics: {
      fields: {
        resource: { type: 'Resource', id: 1 },
        scopeMetrics: { type: 'ScopeMetrics', id: 2, rule: 'repeated' },
      },
    },
    Resource: { fields: { attributes: { type: 'KeyValue', id: 1, rule: 'repeated' } } },
    ScopeMetrics: { fields: { metrics: { type: 'Metric', id: 2, rule: 'repeated' } } },
    Metric: {
      fields: {
        name: { type: 'string', id: 1 },
        description: { type: 'string', id: 2 },
        gauge: { type: 'Points', id: 5 },
        sum: { type: 'Points', id: 7 },
      },
    },
    Points: {
      fields: {
        dataPoints: { type: 'Point', id: 1, rule: 'repeated' },
        isMonotonic: { type: 'bool', id: 3 },
      },
    },
    Point: {
      fields: {
        attributes: { type: 'KeyValue', id: 7, rule: 'repeated' },
        asDouble: { type: 'double', id: 4 },
      },
    },
    KeyValue: { fields: { key: { type: 'string', id: 1 }, value: { type: 'Value', id: 2 } } },
    Value: { fields: { stringValue: { type: 'string', id: 1 } } },
  },
});

interface Points {
  dataPoints?: { attributes?: { key: string; value: { stringValue: string } }[]; asDouble?: number }[];
}

/** One figure that arrived: `name label=value …`. */
export interface Figure {
  name: string;
  labels: Record<string, string>;
  value: number;
  isCounter: boolean;
}

function figuresOf(bytes: Uint8Array): Figure[] {
  const type = root.lookupType('Request');
  const request = type.toObject(type.decode(bytes), { arrays: true }) as {
    resourceMetrics: { scopeMetrics: { metrics: { name: string; gauge?: Points; sum?: Points }[] }[] }[];
  };
  const metrics = request.resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics),
  );
  return metrics.flatMap(({ name, gauge, sum }) =>
    ((gauge ?? sum)?.dataPoints ?? []).map(({ attributes = [], asDouble = 0 }) => ({
      name,
      labels: Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue])),
      value: asDouble,
      isCounter: sum !== undefined,
    })),
  );
}

/** How a collector behaves: it takes, it says that it can't, or it takes the request and never answers. */
export type Manner = 'takes' | 'refuses' | 'hangs';

export interface Collector {
  url: string;
  spans: Span[];
  figures: Figure[];
  requests: () => number;
  /** Of the last request. */
  headers: () => IncomingHttpHeaders;
  become(manner: Manner): void;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** A real receiver of OTLP over HTTP for traces and metrics, with manners that a test chooses. */
export async function startCollector(first: Manner = 'takes'): Promise<Collector> {
  let manner = first;
  let requests = 0;
  let headers: IncomingHttpHeaders = {};
  const spans: Span[] = [];
  const figures: Figure[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    requests += 1;
    headers = request.headers;
    const body = await bodyOf(request);
    if (manner === 'hangs') return;
    if (manner === 'takes') {
      if (request.url === '/v1/traces') spans.push(...spansOfResourceSpans(decodeExportRequest(body)).spans);
      if (request.url === '/v1/metrics') figures.push(...figuresOf(body));
    }
    response.writeHead(manner === 'takes' ? 200 : 400, { 'content-type': 'application/x-protobuf' }).end();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    figures,
    requests: () => requests,
    headers: () => headers,
    become(next) {
      manner = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
