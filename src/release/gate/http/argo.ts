import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { messageOf, oneLine } from '../../../core/index.ts';
import { isoExact } from '../condition.ts';
import type { Answer } from '../gate.ts';
import { type GateService, guard, refusalText } from './service.ts';

/** Argo takes anything but 2xx for an error of the measurement: what can't be answered is inconclusive, with the reason. */
const unanswered = (reply: FastifyReply, reason: string) =>
  reply.code(200).send({ data: { verdict: 'inconclusive', reason: oneLine(reason) } });

function measurement({ decision }: Answer) {
  const of = (outcome: string) =>
    decision.conditions.filter((condition) => condition.outcome === outcome).map(({ id }) => id);
  return {
    data: {
      verdict: decision.verdict,
      from: decision.from,
      to: decision.to,
      reason: decision.next,
      failed: of('fail'),
      unknown: of('unknown'),
      proves: decision.proves,
      askAgainAt: decision.askAgainAtMs === undefined ? null : isoExact(decision.askAgainAtMs),
    },
  };
}

type Asked = FastifyRequest<{ Querystring: Record<string, unknown> }>;

/** The web metric of Argo Rollouts: GET only asks, POST with the token takes the stage when it passes. */
export async function argoRoutes(app: FastifyInstance, service: GateService): Promise<void> {
  app.setErrorHandler((thrown, _request, reply) => unanswered(reply, messageOf(thrown)));
  guard(
    app,
    service,
    ({ method }) => method === 'POST',
    (reply, why) => unanswered(reply, refusalText[why]),
  );
  const askingOf = (request: FastifyRequest) => {
    const to = service.stage((request as Asked).query.to);
    return { to, askedBy: 'Argo Rollouts', via: 'argo' };
  };
  app.get('/argo', async (request) => measurement(await service.ask(askingOf(request))));
  app.post('/argo', async (request) => measurement(await service.decide(askingOf(request), true)));
}
