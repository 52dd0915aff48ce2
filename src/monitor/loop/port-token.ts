import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { givenSecret, type Redactor, type VigilConfig } from '../../core/index.ts';
import { sendProblem } from './problem.ts';

/** The secret of an Authorization header: a bearer token, or the password of a URL such as `http://vigil:TOKEN@host/`. */
export function presentedToken(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const login = Buffer.from(value, 'base64').toString('utf8');
  const colon = login.indexOf(':');
  return colon < 0 ? undefined : login.slice(colon + 1);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a token is the right one, in a time that depends neither on its length nor on its content. */
export const isToken = (token: string, given: string): boolean =>
  timingSafeEqual(digest(token), digest(given));

/** Who may read a port: nobody without one of these tokens, but for what a supervisor and Prometheus ask. */
export interface Readers {
  tokens: readonly string[];
  /** Whether `/metrics` is read without a token. */
  isMetricsOpen: boolean;
}

/** Who may read, by the configuration: who holds `server.read`, and who may change something. */
export function readersOf({ server }: Pick<VigilConfig, 'server'>, redactor: Redactor): Readers | undefined {
  const { read, token } = server;
  if (!read) return undefined;
  const tokens = [givenSecret(read.token, 'server.read.token', redactor)];
  if (token !== undefined) tokens.push(givenSecret(token, 'server.token', redactor));
  return { tokens, isMetricsOpen: !read.metrics };
}

/** Turns away who may not read; a browser asks its user then, and the token is the password of any name. */
export function refuseReaders(app: FastifyInstance, { tokens, isMetricsOpen }: Readers): void {
  const open = ['/healthz', '/readyz', ...(isMetricsOpen ? ['/metrics'] : [])];
  app.addHook('onRequest', async (request, reply) => {
    if (open.includes(request.url.replace(/\?.*/s, ''))) return;
    const given = presentedToken(request.headers.authorization);
    if (given !== undefined && tokens.some((token) => isToken(token, given))) return;
    return sendProblem(
      reply.header('www-authenticate', 'Basic realm="Vigil", charset="UTF-8"'),
      401,
      'not allowed',
      'reading needs the token of server.read, as a bearer token or as the password of any user name',
    );
  });
}
