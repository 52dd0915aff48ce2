import type { FastifyInstance } from 'fastify';
import { messageOf, VigilError } from '../../core/index.ts';

export interface Receiver {
  /** Base address. */
  url: string;
  close(): Promise<void>;
}

interface ReceiverOptions {
  /** What messages call it. */
  name: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Limit of one request's body. */
  maxBytes: number;
  maxConnections: number;
}

/** Opens a port for what others send, whose bodies come as bytes; HARNESS when the address can't be listened on. */
export async function openReceiver(
  { name, host, port, maxBytes, maxConnections }: ReceiverOptions,
  routes: (app: FastifyInstance) => void,
): Promise<Receiver> {
  // Loaded when a port is opened: most commands open none.
  const { fastify } = await import('fastify');
  const app = fastify({
    bodyLimit: maxBytes,
    requestTimeout: 10_000,
    http: { headersTimeout: 5000, connectionsCheckingInterval: 1000 },
    forceCloseConnections: true,
  });
  app.server.maxConnections = maxConnections;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // The rest of a body that nobody wants must not keep the connection busy.
  app.addHook('onSend', async (request, reply) => {
    if (!request.raw.complete) reply.header('connection', 'close');
  });
  routes(app);
  try {
    return { url: await app.listen({ host, port }), close: () => app.close() };
  } catch (cause) {
    await app.close();
    const code = (cause as NodeJS.ErrnoException).code ?? messageOf(cause);
    const inUse = code === 'EADDRINUSE';
    const what = inUse ? 'is already in use' : `can't be listened on (${code})`;
    throw new VigilError('HARNESS', `${name}'s address ${host}:${port} ${what}`, {
      where: `${host}:${port}`,
      expected: 'an address to listen on',
      received: code,
      hint: inUse
        ? 'stop the process that listens there, or take another port (0 takes a free one)'
        : 'name an address of this host and a port above 1023',
      cause,
    });
  }
}
