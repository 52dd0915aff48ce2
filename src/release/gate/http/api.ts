import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { messageOf, oneLine, VigilError } from '../../../core/index.ts';
import { sendProblem } from '../../../monitor/index.ts';
import { isoExact as iso } from '../condition.ts';
import { recordDeployment, rolloutStanding } from '../gate.ts';
import { bodyOf, type GateService, guard, refuse } from './service.ts';

const line = z.string().trim().min(1).max(300);
const question = z.strictObject({
  to: z.union([z.number(), line]),
  by: line,
  acceptThresholds: z.boolean().optional(),
});
const deployment = z.strictObject({ release: line, by: line, note: line.optional() });

function answerFault(thrown: unknown, reply: FastifyReply) {
  const status = (thrown as { statusCode?: number }).statusCode;
  const title = 'the request is not understood';
  if (thrown instanceof VigilError && thrown.code === 'USAGE')
    return sendProblem(reply, 400, title, thrown.describe().replaceAll(/\s*\n\s*/g, '; '));
  if (status !== undefined && status >= 400 && status < 500)
    return sendProblem(reply, status, title, messageOf(thrown));
  return sendProblem(reply, 503, 'the evidence can’t be used now', messageOf(thrown));
}

/** `GET /api/gate` only asks; `POST /api/gate` takes the stage, `POST /api/deployments` begins a rollout. */
export async function apiRoutes(app: FastifyInstance, service: GateService): Promise<void> {
  const { setup, history, now } = service;
  app.setErrorHandler((thrown, _request, reply) => answerFault(thrown, reply));
  guard(
    app,
    service,
    ({ method }) => method !== 'GET',
    (reply, why) => refuse(reply, why, service),
  );
  app.get<{ Querystring: { to?: unknown; acceptThresholds?: unknown } }>('/gate', async (request) => {
    const to = service.stage(request.query.to);
    const acceptThresholds = request.query.acceptThresholds === 'true';
    const asking = { to, askedBy: oneLine(request.ip), via: 'http', acceptThresholds };
    return (await service.ask(asking)).document;
  });
  app.post('/gate', async (request) => {
    const { to, by, acceptThresholds } = bodyOf(question, request);
    const asking = { to: service.stage(to), askedBy: oneLine(by), via: 'http', acceptThresholds };
    return (await service.decide(asking, true)).document;
  });
  app.get('/rollout', () => {
    const standing = rolloutStanding(history, setup, now());
    const plan = setup.plan.map(({ percent, afterMs }) => ({ percent, afterSeconds: afterMs / 1000 }));
    if (!standing) return { version: 1, plan, deployment: null };
    const { percent, sinceMs, next, release, deployedMs } = standing;
    return {
      version: 1,
      plan,
      deployment: { release, at: iso(deployedMs) },
      percent,
      since: iso(sinceMs),
      next: next ? { to: next.percent, at: iso(next.soakEndsMs) } : null,
    };
  });
  app.post('/deployments', (request, reply) => {
    const { release, by, note } = bodyOf(deployment, request);
    const given = { release: oneLine(release), who: oneLine(by), note: note && oneLine(note) };
    const { at, warning, next } = recordDeployment(history, setup, given, now());
    return reply
      .code(201)
      .send({ version: 1, release: given.release, at, ...(warning && { warning }), next });
  });
}
