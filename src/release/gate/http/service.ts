import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { VigilError } from '../../../core/index.ts';
import type { History } from '../../../history/index.ts';
import { type Answer, type Asking, askHistory, keepAnswer, rolloutStanding } from '../gate.ts';
import { type GateSetup, stageOf } from '../setup.ts';

/** Why a request is turned away, in words. */
export const refusalText = {
  'too often': 'asked too often',
  'not configured': 'nothing can be changed over HTTP: server.token is not configured',
  missing: 'a bearer token is needed',
  wrong: 'the token is not the right one',
};

type Refusal = keyof typeof refusalText;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The secret of an Authorization header: a bearer token, or the password of a URL such as `http://vigil:TOKEN@host/`. */
function presented(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const login = Buffer.from(value, 'base64').toString('utf8');
  const colon = login.indexOf(':');
  return colon < 0 ? undefined : login.slice(colon + 1);
}

/**
 * Why a request with this Authorization header may not change anything; `undefined` when it may. Digests are compared, in
 * a time that depends neither on the length nor on the content.
 */
function refusalOf(token: string | undefined, header: string | undefined): Refusal | undefined {
  if (token === undefined || token === '') return 'not configured';
  const given = presented(header);
  if (given === undefined) return 'missing';
  return timingSafeEqual(digest(token), digest(given)) ? undefined : 'wrong';
}

/** The body of a request by a schema; what is wrong with it begins with `otherwise`. @throws USAGE */
export function bodyOf<T>(schema: z.ZodType<T>, { body }: FastifyRequest, otherwise = ''): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new VigilError('USAGE', `${otherwise}${issue?.path.join('.') || 'the body'}: ${issue?.message}`);
}

/** Lets no request of these routes through whose address asks too often, or that needs the token and shows none. */
export function guard(
  app: FastifyInstance,
  { perMinute, token }: GateService,
  needsToken: (request: FastifyRequest) => boolean,
  answer: (reply: FastifyReply, why: Refusal) => FastifyReply,
): void {
  const check = app.createRateLimit({ max: perMinute, timeWindow: 60_000 });
  app.addHook('onRequest', async (request, reply) => {
    const limit = await check(request);
    if (!limit.isAllowed && limit.isExceeded) return answer(reply, 'too often');
    const refused = needsToken(request) ? refusalOf(token, request.headers.authorization) : undefined;
    if (refused) return answer(reply, refused);
  });
}

export interface GateServiceOptions {
  history: History;
  setup: GateSetup;
  token: string | undefined;
  now: () => number;
  /** Requests of one address in a minute, for each kind of route; default 120. */
  perMinute?: number;
}

/** The gate behind the loop's port, as the routes share it; every answer comes from the history, never from running the suite. */
export function gateService(options: GateServiceOptions) {
  const { history, setup, now } = options;
  /** Asks and keeps nothing. */
  const ask = (asking: Asking): Answer => askHistory(history, setup, asking, now());
  return {
    perMinute: 120,
    ...options,
    ask,
    /** Asks and keeps the decision; with `takes` a stage that is let through is taken. */
    decide(asking: Asking, takes: boolean): Answer {
      const answer = ask(asking);
      keepAnswer(history, answer, takes);
      return answer;
    },
    /** The stage that is named, or else the one that comes next; the last one when all are taken, the first one without a deployment. */
    stage(named?: unknown): number {
      if (named !== undefined) return stageOf(String(named), setup.plan);
      const standing = rolloutStanding(history, setup, now());
      const stage = standing ? standing.next : setup.plan[0];
      return (stage ?? setup.plan.at(-1))?.percent ?? 100;
    },
  };
}

export type GateService = ReturnType<typeof gateService>;
