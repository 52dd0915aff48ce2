import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { VigilError } from '../../../core/index.ts';
import type { History } from '../../../history/index.ts';
import { isToken, presentedToken, sendProblem } from '../../../monitor/index.ts';
import { type Answer, type Asking, keepAnswer, rolloutStanding } from '../gate.ts';
import { askEvidence } from '../prometheus/ask-evidence.ts';
import type { PrometheusStore } from '../prometheus/prometheus-evidence.ts';
import { type GateSetup, stageOf } from '../setup.ts';

/** Why a request is turned away, in words. */
export const refusalText = {
  'too often': 'asked too often',
  'not configured': 'nothing can be changed over HTTP: server.token is not configured',
  missing: 'a bearer token is needed',
  wrong: 'the token is not the right one',
};

type Refusal = keyof typeof refusalText;

/** Why a request with this Authorization header may not change anything; `undefined` when it may. */
function refusalOf(token: string | undefined, header: string | undefined): Refusal | undefined {
  if (token === undefined || token === '') return 'not configured';
  const given = presentedToken(header);
  if (given === undefined) return 'missing';
  return isToken(token, given) ? undefined : 'wrong';
}

/** The body of a request by a schema; what is wrong with it begins with `otherwise`. @throws USAGE */
export function bodyOf<T>(schema: z.ZodType<T>, { body }: FastifyRequest, otherwise = ''): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new VigilError('USAGE', `${otherwise}${issue?.path.join('.') || 'the body'}: ${issue?.message}`);
}

/** How routes are guarded: how often an address may ask in a minute, and by which token. */
export interface Guarded {
  perMinute: number;
  token: string | undefined;
}

/** Lets no request of these routes through whose address asks too often, or that needs the token and shows none. */
export function guard(
  app: FastifyInstance,
  { perMinute, token }: Guarded,
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

/** The answer to who is turned away, by RFC 9457. */
export function refuse(reply: FastifyReply, why: Refusal, { perMinute }: Guarded): FastifyReply {
  if (why === 'too often') {
    const detail = `at most ${perMinute} a minute`;
    return sendProblem(reply.header('retry-after', '60'), 429, refusalText[why], detail);
  }
  if (why === 'missing') reply.header('www-authenticate', 'Bearer realm="vigil"');
  return sendProblem(reply, why === 'not configured' ? 403 : 401, 'not allowed', refusalText[why]);
}

export interface GateServiceOptions {
  history: History;
  setup: GateSetup;
  /** Of several Vigils, which decide together; what this one alone saw then decides nothing. */
  store?: PrometheusStore | undefined;
  token: string | undefined;
  now: () => number;
  /** Requests of one address in a minute, for each kind of route; default 120. */
  perMinute?: number;
}

/** The gate behind the loop's port, as the routes share it; every answer comes from the history or the store, never from running the suite. */
export function gateService(options: GateServiceOptions) {
  const { history, setup, store, now } = options;
  /** Asks and keeps nothing. */
  const ask = (asking: Asking): Promise<Answer> => askEvidence(history, store, setup, asking, now());
  return {
    perMinute: 120,
    ...options,
    ask,
    /** Asks and keeps the decision; with `takes` a stage that is let through is taken. */
    async decide(asking: Asking, takes: boolean): Promise<Answer> {
      const answer = await ask(asking);
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
