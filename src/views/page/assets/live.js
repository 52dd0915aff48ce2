import { setClock } from './time.js';

/** @typedef {import('../live/live.ts').Update} Update */
/** @typedef {import('../series/series.ts').SeriesView} SeriesView */

/** Without an event for this long, what is shown may no longer be so; the server sends one every 5 s. */
const staleAfterMs = 16_000;
const retryMs = 3000;

/** The lines with newer places; those that fall out of the window are dropped. @param {SeriesView} before @param {SeriesView} more @returns {SeriesView} */
function extended(before, more) {
  const most = Math.round((more.hours * 3_600_000) / more.stepMs);
  const columns = Object.entries(more.columns).map(([line, added]) => [
    line,
    [...before.columns[/** @type {keyof SeriesView['columns']} */ (line)], ...added].slice(-most),
  ]);
  return {
    ...more,
    timesMs: [...before.timesMs, ...more.timesMs].slice(-most),
    columns: Object.fromEntries(columns),
  };
}

/**
 * Keeps the content: fetched once, then brought up to date by events; a lost connection is taken up where it broke.
 * @param {(content: Map<string, any>, series: SeriesView | undefined) => void} changed
 */
export function openLive(changed) {
  /** @type {Map<string, any>} */
  const content = new Map();
  /** @type {SeriesView | undefined} */
  let series;
  /** @type {EventSource | undefined} */
  let source;
  let current = new AbortController();
  let hours = 6;
  let heardAt = performance.now();
  let heardMs = Date.now();
  /** @type {string | undefined} */
  let trouble = 'connecting';

  /** @param {{ nowMs: number }} data */
  const heard = ({ nowMs }) => {
    setClock(nowMs);
    heardMs = nowMs;
    heardAt = performance.now();
    trouble = undefined;
  };

  /** @param {Update} update */
  const take = (update) => {
    heard(update);
    if (update.isWhole) content.clear();
    for (const key of update.gone) content.delete(key);
    for (const [key, value] of Object.entries(update.set)) content.set(key, value);
    const { series: more } = update;
    if (more) series = update.isWhole || series?.hours !== more.hours ? more : extended(series, more);
    changed(content, series);
  };

  /** @param {string} place @param {() => void} retry */
  const listen = (place, retry) => {
    const events = new EventSource(`/api/page/events?hours=${hours}&after=${encodeURIComponent(place)}`);
    source = events;
    events.addEventListener('update', (event) => take(JSON.parse(event.data)));
    events.addEventListener('beat', (event) => heard(JSON.parse(event.data)));
    events.addEventListener('trouble', (event) => {
      // Heard of, but nothing was read: the values grow old meanwhile.
      trouble = `the evidence can’t be read: ${JSON.parse(event.data).message}`;
    });
    events.addEventListener('error', () => {
      trouble ??= 'the connection is lost';
      // The browser tries again by itself, unless it was answered with an error.
      if (events.readyState === EventSource.CLOSED) retry();
    });
  };

  const begin = async () => {
    current.abort();
    source?.close();
    current = new AbortController();
    const { signal } = current;
    const retry = () => setTimeout(() => signal.aborted || void begin(), retryMs);
    try {
      const answer = await fetch(`/api/page?hours=${hours}`, { signal });
      const body = await answer.json();
      if (!answer.ok) throw new Error(body.detail ?? `answered ${answer.status}`);
      take(body);
      listen(body.place, retry);
    } catch (thrown) {
      if (signal.aborted) return;
      trouble = `nothing can be fetched: ${thrown instanceof Error ? thrown.message : thrown}`;
      retry();
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
