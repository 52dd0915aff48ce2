import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { VigilError } from '../errors.ts';

/** What the served endpoints show; every answer comes from the evidence, never from running the suite. */
export interface Served {
  /** The text format. */
  metrics(): string;
  /** Whether the loop itself still turns, and since when it last did. */
  health(): { ok: boolean; lastTickMs: number };
  /** Whether there is evidence to decide on. */
  ready(): { ok: boolean; reason: string };
  status(): unknown;
  evidence(sinceMs: number): unknown;
  alerts(): unknown;
}

export interface Server {
  url: string;
  close(): Promise<void>;
}

const dayMs = 86_400_000;

/** Milliseconds of `?since=` (epoch milliseconds or ISO 8601); a day ago without it. */
function sinceOf(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return nowMs - dayMs;
  const value = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(value) ? value : undefined;
}

/** How long a request may take to arrive. */
const requestMs = 10_000;

/** More than any reader needs, and few enough that the watch itself always has files and sockets left. */
const maxConnections = 1200;

/** No route declares a schema; fastify's own compilers of schemas are 3 MB of code that nothing here calls. */
function noSchemas(): never {
  throw new Error('a route of this port declares no schema');
}

/** A page says itself what it loads; everything else loads nothing. */
function guard(reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff');
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  if (!reply.hasHeader('content-security-policy'))
    reply.header('content-security-policy', "default-src 'none'");
}

function routes(app: FastifyInstance, served: Served): void {
  app.addHook('onSend', async (_request, reply) => guard(reply));
  app.get('/metrics', (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(served.metrics()),
  );
  app.get('/healthz', (_request, reply) => {
    const health = served.health();
    return reply.code(health.ok ? 200 : 503).send(health);
  });
  app.get('/readyz', (_request, reply) => {
    const ready = served.ready();
    return reply.code(ready.ok ? 200 : 503).send(ready);
  });
  app.get('/api/status', () => served.status());
  app.get('/api/alerts', () => served.alerts());
  app.get<{ Querystring: { since?: string } }>('/api/evidence', (request, reply) => {
    const sinceMs = sinceOf(request.query.since, Date.now());
    if (sinceMs === undefined) {
      return reply
        .code(400)
        .type('application/problem+json')
        .send({
          type: 'about:blank',
          title: 'since is no time',
          status: 400,
          detail: `expected ISO 8601 or epoch milliseconds, came ${String(request.query.since).slice(0, 80)}`,
        });
    }
    return served.evidence(sinceMs);
  });
}

/** More that is answered on the port: it adds its routes. */
export type Extension = (app: FastifyInstance) => void;

/** Serves the watch read-only on a port, and what the extensions add; a port in use is said in one sentence. */
export async function serve(
  served: Served,
  at: { host: string; port: number },
  extensions: readonly Extension[] = [],
): Promise<Server> {
  const app = fastify({
    bodyLimit: 16_384,
    requestTimeout: requestMs,
    connectionTimeout: 10_000,
    // Node looks only every 30 s by itself whether a request takes too long.
    http: { headersTimeout: requestMs, connectionsCheckingInterval: 1000 },
    logger: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    // An address that means nothing meets no hook.
    frameworkErrors(_error, _request, given) {
      const reply = given as FastifyReply;
      guard(reply);
      reply.code(400).type('text/plain; charset=utf-8').send('this is no address\n');
    },
    // A watch that ends waits for no reader.
    forceCloseConnections: true,
  });
  app.server.maxConnections = maxConnections;
  routes(app, served);
  for (const extend of extensions) extend(app);
  try {
    const url = await app.listen({ host: at.host, port: at.port });
    return { url, close: () => app.close() };
  } catch (thrown) {
    await app.close();
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw thrown;
    throw new VigilError(
      'USAGE',
      `${at.host}:${at.port} can’t be listened on: ${code === 'EADDRINUSE' ? 'in use' : code}`,
      {
        hint: 'name another with --port (0 takes a free one) or --host',
      },
    );
  }
}
