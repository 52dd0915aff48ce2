import type { Channel } from './channel.ts';
import { titleOf } from './describe.ts';
import { createHttpSender, type HttpChannelOptions } from './http-delivery.ts';

const endings = { start: '/start', success: '', fail: '/fail' };

/** An outside dead man's switch: `URL/start`, `URL` and `URL/fail`, as healthchecks.io and its like take them. */
export function heartbeatChannel(options: HttpChannelOptions & { source: string }): Channel {
  const { name, url, source, timeoutMs } = options;
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
