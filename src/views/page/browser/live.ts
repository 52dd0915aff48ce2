import type { SeriesView } from '../series/series.ts';
import { setClock } from './time.ts';

/** What the server says, by key: `view.ts` makes it. */
// biome-ignore lint/suspicious/noExplicitAny: each key has a type of its own, which whoever reads it names
export type Content = Map<string, any>;

/** Without an event for this long, what is shown may no longer be so; the server sends one every 5 s. */
const staleAfterMs = 16_000;
const retryMs = 3000;

/** Keeps the content: fetched once, then again whenever an event names another place than the one that is shown. */
export function openLive(changed: (content: Content, series: SeriesView) => void) {
  const content: Content = new Map();
  let source: EventSource | undefined;
  /** What is being fetched now. */
  let loading: AbortController | undefined;
  let place = '';
  let shown: SeriesView | undefined;
  let hours = 6;
  let heardAt = performance.now();
  let heardMs = Date.now();
  let trouble: string | undefined = 'connecting';

  /** What is shown is that of now. */
  const heard = (nowMs: number) => {
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
      const answer = await fetch(`api/page?hours=${hours}`, { signal });
      const body = await answer.json();
      if (!answer.ok) throw new Error(body.detail ?? `answered ${answer.status}`);
      place = body.place;
      heard(body.nowMs);
      content.clear();
      for (const [key, value] of Object.entries(body.set)) content.set(key, value);
      shown = body.series;
      changed(content, body.series);
    } catch (thrown) {
      if (signal.aborted) return;
      trouble = `nothing can be fetched: ${thrown instanceof Error ? thrown.message : thrown}`;
    }
    loading = undefined;
  };

  const listen = () => {
    source?.close();
    const events = new EventSource(`api/page/events?hours=${hours}`);
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
    show(wanted: number) {
      hours = wanted;
      void load();
      listen();
    },
    /** Shows the same again, as after a choice of who looks. */
    again() {
      if (shown) changed(content, shown);
    },
    /** How old what is shown is, since when, and why nothing newer comes. */
    state() {
      const ageMs = performance.now() - heardAt;
      return { ageMs, heardMs, trouble, isStale: ageMs > staleAfterMs };
    },
  };
}
