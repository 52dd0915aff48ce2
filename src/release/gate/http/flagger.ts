import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { messageOf, oneLine } from '../../../core/index.ts';
import { letsThrough } from '../gate.ts';
import { rollbacksSince } from '../rollbacks.ts';
import { bodyOf, type GateService, guard, refusalText } from './service.ts';

const text = z.string().max(500);

/** What Flagger posts; of an event's message, type and time some versions nest, some don't. */
const payload = z.object({
  name: text.min(1),
  namespace: text.default(''),
  phase: text.default(''),
  checksum: text.default(''),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  eventMessage: text.optional(),
  eventType: text.optional(),
});

type FlaggerPayload = z.output<typeof payload>;

/**
 * Closed is 403 with the reason in the body: Flagger retries 429 and 5xx and throws their bodies away, and takes 204 for
 * closed but without a reason.
 */
const closed = (reply: FastifyReply, reason: string) => answer(reply, 403, reason);
const open = (reply: FastifyReply, reason: string) => answer(reply, 200, reason);
const answer = (reply: FastifyReply, status: number, reason: string) =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${reason}\n`);

const payloadOf = (request: FastifyRequest): FlaggerPayload =>
  bodyOf(payload, request, 'this is no payload of Flagger: ');

/** Whether the evidence calls for a rollback; the reason either way. */
async function rollbackAnswer({ ask, stage, history }: GateService) {
  const asking = { to: stage(), askedBy: 'flagger', via: 'flagger rollback' };
  const { recorded, atMs } = (await ask(asking)).evidence;
  const behind = recorded.deployment && rollbacksSince(history, recorded.deployment.timeMs);
  const last = behind?.findLast(({ status }) => status === 'done' || status === 'under way');
  if (last) return { isDue: true, reason: `a rollback of this release is ${last.status}: ${last.detail}` };
  const seen = recorded.alerts;
  const not = (reason: string) => ({ isDue: false, reason });
  if (!seen || atMs - seen.evaluatedMs > 300_000)
    return not('no loop evaluates the rules now: whether a rollback is required is unknown');
  // What one of several probes sees alone is information, and decides nothing.
  const due = seen.open.filter(
    ({ rule, status, severity }) => rule === 'RollbackRequired' && status === 'firing' && severity !== 'info',
  );
  if (due.length === 0) return not('no trigger of a rollback is past its limit for its time');
  return { isDue: true, reason: `roll back: ${due.map(({ subject }) => subject).join(', ')}` };
}

/** Phases in which Flagger has seen a new revision and begun, or waits to begin, with it. */
const begun = new Set(['Waiting', 'Progressing']);

/**
 * Takes an event of Flagger into the history: a revision that was not there before is a deployment, and a canary that
 * failed was rolled back by Flagger. Other events change nothing. Returns what was done.
 */
function flaggerEvent({ history, now }: GateService, given: FlaggerPayload): string {
  const { name, namespace, phase, checksum } = given;
  const release = oneLine(`${namespace}/${name}@${checksum}`);
  const who = 'Flagger';
  const eventMessage = given.eventMessage ?? given.metadata?.eventMessage;
  const message = oneLine(typeof eventMessage === 'string' ? eventMessage : phase);
  if (checksum === '') return 'no checksum, so no revision: nothing to record';
  return history.transaction(() => {
    const newest = history.deployments(0, now()).at(-1);
    if (begun.has(phase) && newest?.release !== release) {
      history.recordDeployment({ timeMs: now(), release, who, note: message });
      return `recorded as deployed: ${release}`;
    }
    if (phase === 'Failed' && newest?.release === release) {
      const before = history.rollbacks(newest.timeMs, Number.MAX_SAFE_INTEGER);
      if (before.some(({ kind }) => kind === 'flagger')) return 'recorded before';
      const entry = { kind: 'flagger', stage: 'canary', status: 'succeeded', reason: message, who, release };
      history.recordRollback({ timeMs: now(), ...entry });
      return `recorded as rolled back: ${release}`;
    }
    return 'nothing to record';
  });
}

/** Flagger's webhooks, each on its own URL. */
export async function flaggerRoutes(app: FastifyInstance, service: GateService): Promise<void> {
  const { setup } = service;
  const last = setup.plan.at(-1)?.percent ?? 100;
  app.setErrorHandler((thrown, _request, reply) => closed(reply, oneLine(`closed: ${messageOf(thrown)}`)));
  guard(
    app,
    service,
    // Whether to roll back is only read.
    ({ url }) => !url.startsWith('/flagger/rollback'),
    (reply, why) => closed(reply, `closed: ${refusalText[why]}`),
  );
  /** Asks for the stage that the hook means, or that its metadata names. */
  const confirm = (hook: string, meant: () => number | undefined, takes: boolean) =>
    app.post(`/${hook}`, async (request, reply) => {
      const given = payloadOf(request);
      const to = service.stage(given.metadata?.to ?? meant());
      const askedBy = oneLine(`Flagger for ${given.namespace}/${given.name} ${given.checksum}`);
      const { decision } = await service.decide({ to, askedBy, via: `flagger ${hook}` }, takes);
      const reason = `${decision.verdict}: ${decision.next}`;
      return letsThrough(decision) ? open(reply, reason) : closed(reply, reason);
    });
  // Nothing gets traffic when a rollout begins, so this takes no stage; the traffic increase after it does.
  confirm('confirm-rollout', () => setup.plan[0]?.percent ?? last, false);
  confirm('confirm-traffic-increase', () => undefined, true);
  confirm('confirm-promotion', () => last, true);
  app.post('/event', (request, reply) => open(reply, flaggerEvent(service, payloadOf(request))));
  // Turned around: 2xx rolls back. What is not known is no reason to.
  app.post('/rollback', async (_request, reply) => {
    const { isDue, reason } = await rollbackAnswer(service);
    return isDue ? open(reply, reason) : closed(reply, reason);
  });
}
