import type { ServerResponse } from 'node:http';
import { messageOf } from '../../../core/index.ts';
import type { Window } from '../series/window.ts';
import { type Live, type Place, placeText } from './live.ts';

/** More viewers than this are refused: the machine has a deployment to watch. */
const mostViewers = 40;
/** A viewer who takes nothing is let go, before what waits for him fills the memory. */
const mostWaitingBytes = 1_000_000;

interface Viewer {
  response: ServerResponse;
  window: Window;
  place: Place | undefined;
  isBusy: boolean;
}

export interface Stream {
  /** Whether one more may look. */
  hasRoom(): boolean;
  /** Sends events into an answer until one side ends it. */
  attach(response: ServerResponse, window: Window, place: Place | undefined): void;
  close(): void;
}

const event = (name: string, data: unknown, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Opens the stream of server-sent events; nothing is read while nobody looks. */
export function openStream(live: Live, now: () => number, beatMs: number): Stream {
  const viewers = new Set<Viewer>();
  let timer: NodeJS.Timeout | undefined;

  const leave = (viewer: Viewer) => {
    viewers.delete(viewer);
    viewer.response.destroy();
    if (viewers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
  const write = (viewer: Viewer, text: string) => {
    if (viewer.response.writableLength > mostWaitingBytes) leave(viewer);
    else viewer.response.write(text);
  };
  const send = async (viewer: Viewer) => {
    if (viewer.isBusy) return;
    viewer.isBusy = true;
    try {
      const { update, place } = await live.update(viewer.window, viewer.place);
      const isNews =
        update.isWhole || update.series || update.gone.length > 0 || Object.keys(update.set).length > 0;
      viewer.place = place;
      write(
        viewer,
        isNews ? event('update', update, placeText(place)) : event('beat', { nowMs: update.nowMs }),
      );
    } catch (thrown) {
      // The viewer must not take the last good values for those of now.
      write(viewer, event('trouble', { nowMs: now(), message: messageOf(thrown) }));
    } finally {
      viewer.isBusy = false;
    }
  };

  return {
    hasRoom: () => viewers.size < mostViewers,
    attach(response, window, place) {
      const viewer: Viewer = { response, window, place, isBusy: false };
      viewers.add(viewer);
      response.on('close', () => leave(viewer));
      response.on('error', () => leave(viewer));
      // The comment opens the stream at once, also through what waits for a first byte.
      write(viewer, ': vigil\nretry: 2000\n\n');
      void send(viewer);
      timer ??= setInterval(() => {
        for (const one of viewers) void send(one);
      }, beatMs);
      timer.unref();
    },
    close() {
      for (const viewer of viewers) leave(viewer);
    },
  };
}
