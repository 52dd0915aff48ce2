import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Fault, FaultDoes, FaultWhen } from '../releases/release.ts';

/** What a fault looks at besides the request. */
interface Circumstances {
  instance: string;
  startedMs: number;
  perSecond(): number;
  /** Requests of users so far. */
  requests(): number;
}

/** Where a user stands among all of them, from 0 to 1: always the same. */
const placeOf = (user: string): number => (createHash('sha256').update(user).digest()[0] ?? 0) / 256;

function isMet(when: FaultWhen, request: FastifyRequest, around: Circumstances): boolean {
  const seconds = (Date.now() - around.startedMs) / 1000;
  const { headers, url } = request;
  const route = request.routeOptions.url;
  const percent = Number(headers['x-percent'] ?? 0);
  if (when.route !== undefined && when.route !== route) return false;
  if (when.users !== undefined && when.users !== headers['x-user-kind']) return false;
  if (when.shareOfUsers !== undefined && placeOf(String(headers['x-user'] ?? 'nobody')) >= when.shareOfUsers)
    return false;
  if (when.instance !== undefined && when.instance !== around.instance) return false;
  if (seconds < (when.afterSeconds ?? 0) || seconds > (when.untilSeconds ?? Infinity)) return false;
  if (around.requests() < (when.afterRequests ?? 0)) return false;
  if (percent < (when.fromPercent ?? 0)) return false;
  if (when.abovePerSecond !== undefined && around.perSecond() <= when.abovePerSecond) return false;
  const said = `${url} ${JSON.stringify(request.body ?? '')}`;
  if (when.containing !== undefined && !said.includes(when.containing)) return false;
  return Math.random() < (when.share ?? 1);
}

/** Stops the whole process for so long, as a collection of garbage or a long calculation does. */
const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Promises more than it sends. */
function cut(reply: FastifyReply): void {
  reply.hijack();
  const headers = { 'content-type': 'application/json', 'content-length': 4096, 'x-fault': '1' };
  reply.raw.writeHead(200, headers).write('{"products":[{"id":1,"na');
  setTimeout(() => reply.raw.destroy(), 10);
}

type Answer = Record<string, unknown>;

/** The answer with what is wrong in it. */
function wrongAnswer(answer: Answer, { adds = {}, json }: FaultDoes): Answer {
  const added = Object.entries(adds).map(([name, by]) => [name, Number(answer[name]) + by]);
  return { ...answer, ...Object.fromEntries(added), ...json };
}

/** What becomes of requests: a hook before they are handled, and one that changes what is answered. */
export function faultHooks(faults: readonly Fault[], around: Circumstances, onFault: () => void) {
  const wrong = new WeakMap<FastifyRequest, FaultDoes>();
  const cached = new Map<string, { atMs: number; answer: unknown }>();
  const note = (reply: FastifyReply) => {
    onFault();
    reply.header('x-fault', '1');
  };
  return {
    async before(request: FastifyRequest, reply: FastifyReply) {
      if (request.routeOptions.config.internal) return;
      for (const { when = {}, does } of faults) {
        if (!isMet(when, request, around)) continue;
        if (does.cachedMs === undefined) note(reply);
        if (does.exits !== undefined) process.exit(does.exits);
        if (does.blocksMs !== undefined) block(does.blocksMs);
        const grownMs = ((does.growsMsPerSecond ?? 0) * (Date.now() - around.startedMs)) / 1000;
        const delayMs = (does.delayMs ?? 0) + grownMs;
        if (delayMs > 0) await sleep(delayMs);
        if (does.headers) reply.headers(does.headers);
        if (does.hangs) return reply.hijack();
        if (does.cuts) return cut(reply);
        if (does.status !== undefined) {
          const error = does.status < 500 ? STATUS_CODES[does.status] : 'internal error';
          return reply.code(does.status).send({ error });
        }
        if (does.json || does.adds || does.cachedMs) wrong.set(request, does);
      }
    },
    async answer(request: FastifyRequest, reply: FastifyReply, payload: unknown) {
      const does = wrong.get(request);
      if (!does || payload === null || typeof payload !== 'object') return payload;
      if (does.cachedMs === undefined) return wrongAnswer(payload as Answer, does);
      const route = request.routeOptions.url ?? '';
      const kept = cached.get(route);
      if (!kept || Date.now() - kept.atMs > does.cachedMs) {
        cached.set(route, { atMs: Date.now(), answer: payload });
        return payload;
      }
      note(reply);
      return kept.answer;
    },
  };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by the machinery around the shop, not by users. */
    internal?: boolean;
  }
}
