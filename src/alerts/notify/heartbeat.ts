import { below } from '../../core/index.ts';
import type { Channel } from './channel.ts';
import { titleOf } from './describe.ts';
import { type HttpChannelOptions, httpChannel } from './http-delivery.ts';

const endings = { start: '/start', success: '', fail: '/fail' };

/** An outside dead man's switch: `URL/start`, `URL` and `URL/fail`, as healthchecks.io and its like take them. */
export function heartbeatChannel(options: HttpChannelOptions & { source: string }): Channel {
  const { name, url, source, timeoutMs } = options;
  return httpChannel({
    name,
    type: 'heartbeat',
    accepts: ({ kind }) => kind === 'heartbeat' || kind === 'test',
    timeoutMs,
    post: (event) => ({
      url: below(url, event.kind === 'heartbeat' ? endings[event.state] : ''),
      body: titleOf(event, source),
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    }),
  });
}
