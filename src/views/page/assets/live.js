import { setClock } from './time.js';

/** @typedef {import('../series/series.ts').SeriesView} SeriesView */

/** Without an event for this long, what is shown may no longer be so; the server sends one every 5 s. */
const staleAfterMs = 16_000;
const retryMs = 3000;

/**
 * Keeps the content: fetched once, then again whenever an event names another place than the one that is shown.
 * @param {(content: Map<string, any>, series: SeriesView) => void} changed
 */
export function openLive(changed) {
  /** @type {Map<string, any>} */
  const content = new Map();
  /** @type {EventSource | undefined} */
  let source;
  /** What is being fetched now. @type {AbortController | undefined} */
  let loading;
  let place = '';
  let hours = 6;
  let heardAt = performance.now();
  let heardMs = Date.now();
  /** @type {string | undefined} */
  let trouble = 'connecting';

  /** What is shown is that of now. @param {number} nowMs */
  const heard = (nowMs) => {
    setClock(nowMs);
    heardMs = nowMs;
    heardAt = performance.now();
    trouble = undefined;
  };

  const load = async () => {
    loading?.abort();
    const current = new AbortController();
    const { signal } = current;
    loading = current;
    try {
      const answer = await fetch(`/api/page?hours=${hours}`, { signal });
      const body = await answer.json();
      if (!answer.ok) throw new Error(body.detail ?? `answered ${answer.status}`);
      place = body.place;
      heard(body.nowMs);
      content.clear();
      for (const [key, value] of Object.entries(body.set)) content.set(key, value);
      changed(content, body.series);
    } catch (thrown) {
      if (signal.aborted) return;
      trouble = `nothing can be fetched: ${thrown instanceof Error ? thrown.message : thrown}`;
    }
    loading = undefined;
  };

  const listen = () => {
    source?.close();
    const events = new EventSource(`/api/page/events?hours=${hours}`);
    source = events;
    events.addEventListener('beat', (event) => {
      const beat = JSON.parse(event.data);
      if (beat.place === place) heard(beat.nowMs);
      else if (!loading) void load();
    });
    events.addEventListener('trouble', (event) => {
      // Heard of, but nothing was read: the values grow old meanwhile.
      trouble = `the evidence can’t be read: ${JSON.parse(event.data).message}`;
    });
    events.addEventListener('error', () => {
      trouble ??= 'the connection is lost';
      // The browser tries again by itself, unless it was answered with an error.
      if (events.readyState === EventSource.CLOSED) setTimeout(() => source === events && listen(), retryMs);
    });
  };

  return {
    content,
    /** @param {number} wanted */
    show(wanted) {
      hours = wanted;
      void load();
      listen();
    },
    /** How old what is shown is, since when, and why nothing newer comes. */
    state() {
      const ageMs = performance.now() - heardAt;
      return { ageMs, heardMs, trouble, isStale: ageMs > staleAfterMs };
    },
  };
}
