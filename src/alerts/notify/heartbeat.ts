import type { Channel } from './channel.ts';
import { titleOf } from './describe.ts';
import { createHttpSender } from './http-delivery.ts';

const endings = { start: '/start', success: '', fail: '/fail' };

export interface HeartbeatOptions {
  name: string;
  /** The check's address, as healthchecks.io gives it. */
  url: string;
  source: string;
  timeoutMs: number;
}

/** An outside dead man's switch: `URL/start`, `URL` and `URL/fail`, as healthchecks.io and its like take them. */
export function heartbeatChannel({ name, url, source, timeoutMs }: HeartbeatOptions): Channel {
  const sender = createHttpSender(timeoutMs);
  return {
    name,
    type: 'heartbeat',
    accepts: ({ kind }) => kind === 'heartbeat' || kind === 'test',
    deliver: (event, { nowMs }) => {
      const ending = event.kind === 'heartbeat' ? endings[event.state] : '';
      return sender.post({
        url: url.replace(/\/+$/, '') + ending,
        body: titleOf(event, source),
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        nowMs,
      });
    },
    close: sender.close,
  };
}
