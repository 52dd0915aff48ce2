import { setClock } from './time.js';

/** @typedef {import('../live/live.ts').Update} Update */
/** @typedef {import('../series/series.ts').SeriesView} SeriesView */

/** Without an event for this long, what is shown may no longer be so; the server tells something every 5 s. */
export const staleAfterMs = 16_000;
const retryMs = 3000;

/**
 * Keeps the content: fetched once, then brought up to date by events; a lost connection is taken up where it broke.
 * @param {{ changed(keys: Set<string>): void, points(series: SeriesView, isWhole: boolean): void }} told
 */
export function openLive(told) {
  /** @type {Map<string, any>} */
  const content = new Map();
  /** @type {EventSource | undefined} */
  let source;
  let hours = 6;
  let turn = 0;
  let heardAt = performance.now();
  let heardMs = Date.now();
  /** @type {string | undefined} */
  let trouble = 'connecting';

  /** @param {{ nowMs: number }} data */
  const heard = ({ nowMs }) => {
    setClock(nowMs);
    heardMs = nowMs;
    heardAt = performance.now();
  };

  /** @param {Update} update */
  const take = (update) => {
    heard(update);
    trouble = undefined;
    const changed = new Set([...Object.keys(update.set), ...update.gone]);
    if (update.isWhole) {
      for (const key of content.keys()) changed.add(key);
      content.clear();
    }
    for (const key of update.gone) content.delete(key);
    for (const [key, value] of Object.entries(update.set)) content.set(key, value);
    if (update.series) told.points(update.series, update.isWhole);
    told.changed(changed);
  };

  /** @param {number} mine @param {string} place */
  const listen = (mine, place) => {
    source = new EventSource(`/api/page/events?hours=${hours}&after=${encodeURIComponent(place)}`);
    source.addEventListener('update', (event) => {
      if (mine === turn) take(JSON.parse(event.data));
    });
    source.addEventListener('beat', (event) => {
      if (mine !== turn) return;
      trouble = undefined;
      heard(JSON.parse(event.data));
      told.changed(new Set());
    });
    source.addEventListener('trouble', (event) => {
      // Heard of, but nothing was read: the figures grow old meanwhile.
      if (mine === turn) trouble = `the evidence can’t be read: ${JSON.parse(event.data).message}`;
    });
    source.addEventListener('error', () => {
      if (mine !== turn) return;
      trouble ??= 'the connection is lost';
      // The browser tries again by itself, unless it was answered with an error.
      if (source?.readyState === EventSource.CLOSED) setTimeout(() => mine === turn && void begin(), retryMs);
    });
  };

  const begin = async () => {
    turn += 1;
    const mine = turn;
    source?.close();
    try {
      const answer = await fetch(`/api/page?hours=${hours}`);
      const body = await answer.json();
      if (mine !== turn) return;
      if (!answer.ok) throw new Error(body.detail ?? `answered ${answer.status}`);
      take(body);
      listen(mine, body.place);
    } catch (thrown) {
      if (mine !== turn) return;
      trouble = `nothing can be fetched: ${thrown instanceof Error ? thrown.message : thrown}`;
      setTimeout(() => mine === turn && void begin(), retryMs);
    }
  };

  return {
    content,
    /** @param {number} wanted */
    show(wanted) {
      hours = wanted;
      void begin();
    },
    /** How old what is shown is, since when, and why nothing newer comes. */
    state() {
      const ageMs = performance.now() - heardAt;
      return { ageMs, heardMs, trouble, isStale: ageMs > staleAfterMs };
    },
  };
}
