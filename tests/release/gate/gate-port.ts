import { onTestFinished } from 'vitest';
import type { History } from '../../../src/history/history.ts';
import { serve } from '../../../src/monitor/loop/serve.ts';
import { gateExtension } from '../../../src/release/gate/http/gate-extension.ts';
import { folder, opened } from '../../history/folder.ts';
import { askedMs, type GreenOptions, recordGreen, setup } from './green.ts';
import { served } from './served.ts';

export const token = 'correct-horse-battery';
export const bearer = { authorization: `Bearer ${token}` };

/** The loop's port over a history, at a time that the test holds. */
export async function port(
  options: GreenOptions & { atMs?: number; noToken?: true; perMinute?: number; names?: string[] } = {},
) {
  const { atMs = askedMs, noToken, perMinute, names = [], ...green } = options;
  const clock = { nowMs: atMs };
  const history: History = opened(folder(), { now: () => new Date(clock.nowMs) });
  recordGreen(history, green);
  history.database.prepare('UPDATE state SET time_ms = ?').run(green.untilMs ?? askedMs);
  const extension = gateExtension({
    history,
    setup,
    now: () => clock.nowMs,
    token: noToken ? undefined : token,
    ...(perMinute && { perMinute }),
  });
  const server = await serve(served, { host: '127.0.0.1', port: 0, names }, [extension]);
  onTestFinished(() => server.close());
  const send = async (path: string, init: RequestInit & { json?: unknown } = {}) => {
    const { json, headers, ...rest } = init;
    const body = json === undefined ? undefined : JSON.stringify(json);
    const answer = await fetch(`${server.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body !== undefined && { body }),
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...rest,
    });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const flagger = (hook: string, more: object = {}, headers: Record<string, string> = bearer) =>
    send(`/flagger/${hook}`, {
      json: { name: 'genesis', namespace: 'prod', phase: 'Progressing', checksum: '7d9f', ...more },
      headers,
    });
  const decisions = () =>
    history.decisions(0, Number.MAX_SAFE_INTEGER).filter(({ id }) => !id.startsWith('taken'));
  return { url: server.url, history, clock, send, flagger, decisions };
}
