import { isIP } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyServerFactory } from 'fastify';
import { oneLine, VigilError } from '../../core/index.ts';
import { type Readers, refuseReaders } from './port-token.ts';
import { sendProblem } from './problem.ts';

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

/** A page says itself what it loads; everything else loads nothing. */
function guard(reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff');
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  if (!reply.hasHeader('content-security-policy'))
    reply.header('content-security-policy', "default-src 'none'");
}

/** The host of a Host header without its port, in lower case, an IPv6 address without brackets; empty when it has none. */
function hostOf(header: string): string {
  const [, address, name = ''] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header.trim().toLowerCase()) ?? [];
  return address ?? name.replace(/\.$/, '');
}

/**
 * Whether a request may be answered by the name that it asks for. An address can't be made to lead elsewhere and
 * `localhost` is this machine; every other name can by who owns it (DNS rebinding: a page of a stranger would read what
 * is served here), so it must be declared. Who sends no Host at all is no browser.
 */
function hostsAllowed(declared: readonly string[]): (header: string | undefined) => boolean {
  const names = new Set(['localhost', ...declared.map(hostOf)]);
  return (header) => {
    if (header === undefined) return true;
    const host = hostOf(header);
    return isIP(host) !== 0 || (host !== '' && names.has(host));
  };
}

const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/** Whether a request comes from no page, or from one that this port served under the same name. */
const isOwnOrigin = (origin: string | undefined, host: string | undefined): boolean =>
  origin === undefined || (host !== undefined && URL.parse(origin)?.host === host.toLowerCase());

/** Refuses what a page of a stranger makes a browser ask; before every route, and where there is none. */
function refuseStrangers(app: FastifyInstance, names: readonly string[]): void {
  const isAllowed = hostsAllowed(names);
  app.addHook('onRequest', async (request, reply) => {
    const { host, 'sec-fetch-site': from, 'sec-fetch-mode': how } = request.headers;
    if (!isAllowed(host)) {
      const asked = oneLine(String(host)).slice(0, 100);
      return sendProblem(
        reply,
        421,
        'not this host',
        `asked for "${asked}", but this port answers to addresses, to localhost and to the names in server.hosts`,
      );
    }
    if (!isReading(request.method) && !isOwnOrigin(request.headers.origin, host))
      return sendProblem(
        reply,
        403,
        'asked by the page of another site',
        'only its own page may change anything',
      );
    // A link may lead here; what another site's page loads by itself it could not read anyway.
    if (from === 'cross-site' && how !== 'navigate')
      return sendProblem(
        reply,
        403,
        'asked by the page of another site',
        'only links may lead here from there',
      );
  });
}

/** How often the evidence may be read over the port in a minute, by all together: from one machine come many addresses. */
const evidencePerMinute = 120;

/** Answers on the evidence since a time that who asks names, so nobody else's will do: only so many a minute. */
async function evidenceRoute(app: FastifyInstance, served: Served): Promise<void> {
  await app.register(import('@fastify/rate-limit'), { global: false });
  const check = app.createRateLimit({
    max: evidencePerMinute,
    timeWindow: 60_000,
    keyGenerator: () => 'all',
  });
  app.get<{ Querystring: { since?: string } }>('/api/evidence', async (request, reply) => {
    const sinceMs = sinceOf(request.query.since, Date.now());
    if (sinceMs === undefined) {
      const came = String(request.query.since).slice(0, 80);
      return sendProblem(
        reply,
        400,
        'invalid since',
        `expected ISO 8601 or epoch milliseconds, came ${came}`,
      );
    }
    const limit = await check(request);
    if (limit.isAllowed || !limit.isExceeded) return served.evidence(sinceMs);
    return sendProblem(
      reply.header('retry-after', '60'),
      429,
      'asked too often',
      `at most ${evidencePerMinute} a minute`,
    );
  });
}

/** How long an answer stands for everybody who asks the same. */
const sharedMs = 100;

/**
 * Makes an answer at most ten times a second, however many ask: a flood costs no more than who asks often, and all that
 * wait for it wait for the same bytes. What can't be made is not kept.
 */
export function sharedAnswer(make: () => string): () => Buffer {
  let kept: { bytes: Buffer; untilMs: number } | undefined;
  return () => {
    const nowMs = performance.now();
    if (kept && nowMs < kept.untilMs) return kept.bytes;
    const bytes = Buffer.from(make());
    kept = { bytes, untilMs: performance.now() + sharedMs };
    return bytes;
  };
}

function routes(app: FastifyInstance, served: Served): void {
  const metrics = sharedAnswer(served.metrics);
  app.get('/metrics', (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics()),
  );
  app.get('/healthz', (_request, reply) => {
    const health = served.health();
    return reply.code(health.ok ? 200 : 503).send(health);
  });
  app.get('/readyz', (_request, reply) => {
    const ready = served.ready();
    return reply.code(ready.ok ? 200 : 503).send(ready);
  });
  for (const [route, answer] of [
    ['/api/status', served.status],
    ['/api/alerts', served.alerts],
  ] as const) {
    const shared = sharedAnswer(() => JSON.stringify(answer()));
    app.get(route, (_request, reply) => reply.type('application/json; charset=utf-8').send(shared()));
  }
  app.register((scope) => evidenceRoute(scope, served));
}

/** More that is answered on the port: it adds its routes. */
export type Extension = (app: FastifyInstance) => void;

/** Where to listen, and by which names besides addresses and `localhost` it may be asked. */
export interface Listening {
  host: string;
  port: number;
  names?: readonly string[];
  /** Who may read; everybody without it. */
  readers?: Readers | undefined;
}

/** Requests of strangers are refused, whatever is asked; each answer says what may be done with it. */
export async function openApp(
  { host, names = [], readers }: Omit<Listening, 'port'>,
  serverFactory?: FastifyServerFactory,
) {
  // Loaded when a port is opened: most commands open none.
  const { fastify } = await import('fastify');
  const app = fastify({
    ...(serverFactory && { serverFactory }),
    bodyLimit: 16_384,
    requestTimeout: requestMs,
    connectionTimeout: 10_000,
    // Node looks only every 30 s by itself whether a request takes too long.
    http: { headersTimeout: requestMs, connectionsCheckingInterval: 1000 },
    logger: false,
    // An address that means nothing meets no hook.
    frameworkErrors(_error, _request, given) {
      const reply = given as FastifyReply;
      guard(reply);
      reply.code(400).type('text/plain; charset=utf-8').send('not found\n');
    },
    // A watch that ends waits for no reader.
    forceCloseConnections: true,
  });
  app.server.maxConnections = maxConnections;
  app.addHook('onSend', async (_request, reply) => guard(reply));
  refuseStrangers(app, [host, ...names]);
  if (readers) refuseReaders(app, readers);
  return app;
}

/** Listens on a port; one in use is said in one sentence. @throws VigilError USAGE */
export async function listen(app: FastifyInstance, { host, port }: Listening): Promise<Server> {
  try {
    const url = await app.listen({ host, port });
    return { url, close: () => app.close() };
  } catch (thrown) {
    await app.close();
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw thrown;
    throw new VigilError(
      'USAGE',
      `${host}:${port} can’t be listened on: ${code === 'EADDRINUSE' ? 'in use' : code}`,
      {
        hint: 'name another with --port (0 takes a free one) or --host',
      },
    );
  }
}

/** Has an application answered below an address of another port. */
export type Mount = (app: FastifyInstance) => Promise<Server>;

/** Serves the watch read-only on a port, or where it is mounted, and what the extensions add. */
export async function serve(
  served: Served,
  at: Listening,
  extensions: readonly Extension[] = [],
  mount: Mount | undefined = undefined,
): Promise<Server> {
  const app = await openApp(at);
  routes(app, served);
  for (const extend of extensions) extend(app);
  return mount ? mount(app) : listen(app, at);
}
