import type { ServerResponse } from 'node:http';
import { messageOf } from '../../../core/index.ts';
import type { Window } from '../series/window.ts';
import type { Live } from './live.ts';

/** More viewers than this are refused: the machine has a deployment to watch. */
const mostViewers = 40;
/** A viewer who takes nothing is let go, before what waits for him fills the memory. */
const mostWaitingBytes = 10_000;

/** Opens the stream of server-sent events, which say what there is to fetch; nothing is read while nobody looks. */
export function openStream(live: Live, now: () => number, beatMs: number) {
  const viewers = new Map<ServerResponse, Window>();
  let timer: NodeJS.Timeout | undefined;

  const leave = (response: ServerResponse) => {
    viewers.delete(response);
    response.destroy();
    if (viewers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  const event = (window: Window): string => {
    try {
      return `event: beat\ndata: ${JSON.stringify({ nowMs: now(), place: live.place(window) })}\n\n`;
    } catch (thrown) {
      // The viewer must not take the last good values for those of now.
      return `event: trouble\ndata: ${JSON.stringify({ nowMs: now(), message: messageOf(thrown) })}\n\n`;
    }
  };
  const send = (response: ServerResponse, text: string) => {
    if (response.writableLength > mostWaitingBytes) leave(response);
    else response.write(text);
  };

  return {
    /** Whether one more may look. */
    hasRoom: () => viewers.size < mostViewers,
    /** Sends events into an answer until one side ends it. */
    attach(response: ServerResponse, window: Window) {
      viewers.set(response, window);
      response.on('close', () => leave(response));
      response.on('error', () => leave(response));
      send(response, `retry: 2000\n\n${event(window)}`);
      timer ??= setInterval(() => {
        for (const [one, shown] of viewers) send(one, event(shown));
      }, beatMs);
      timer.unref();
    },
    close() {
      for (const response of viewers.keys()) leave(response);
    },
  };
}

export type Stream = ReturnType<typeof openStream>;
