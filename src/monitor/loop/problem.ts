import type { FastifyReply } from 'fastify';
import { oneLine } from '../../core/index.ts';

/** An answer by RFC 9457: what a request met, in one line. */
export const sendProblem = (reply: FastifyReply, status: number, title: string, detail: string) =>
  reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail: oneLine(detail) }));
