import type { SamplePoint, Series } from '../alerts/index.ts';
import { damaged } from './history-error.ts';
import type { Layouts } from './layouts.ts';
import type { SeriesId } from './series-text.ts';
import type { Row, Store } from './store.ts';

/** Characters of figures that one answer may have, two for each byte: of more the rest is asked for again. */
const mostText = 2 ** 24;
/** Unwanted figures between wanted ones that are read along: fewer cost less than another look at every scrape. */
const leastApart = 16;

/** Scrapes of one list of series, as texts: a list of bytes for each of thousands of rows would take most of the time. */
const select = `SELECT count(*) AS scrapes,
  group_concat(time_ms) FILTER (WHERE v IS NOT NULL) AS times, group_concat(hex(substr(v, ?4, ?5)), '') AS figures,
  group_concat(time_ms) FILTER (WHERE v IS NULL) AS stale,
  count(*) FILTER (WHERE layout <> ?1 OR typeof(v) NOT IN ('blob', 'null')) AS strange
  FROM (SELECT time_ms, layout, "values" AS v FROM scrapes
    WHERE layout = ?1 AND time_ms BETWEEN ?2 AND ?3 ORDER BY time_ms LIMIT ?6)`;

/** Neighbours in a list of series of which most are wanted; `undefined` stands for one that isn't. */
interface Stretch {
  first: number;
  ids: (number | undefined)[];
}

function stretchesOf(list: readonly number[], isWanted: (id: number) => boolean): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [place, id] of list.entries()) {
    if (!isWanted(id)) continue;
    const last = stretches.at(-1);
    const apart = last ? place - last.first - last.ids.length : leastApart;
    if (last && apart < leastApart) last.ids.push(...new Array<undefined>(apart).fill(undefined), id);
    else stretches.push({ first: place, ids: [id] });
  }
  return stretches;
}

/** Times as the database lists them; out of their order, or outside of what was asked for, they are damage. */
function timesOf(text: unknown, fromMs: number, toMs: number, file: string): number[] {
  const times = typeof text === 'string' ? (JSON.parse(`[${text}]`) as number[]) : [];
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (const timeMs of times) {
    if (!(timeMs > beforeMs && timeMs >= fromMs && timeMs <= toMs))
      throw damaged(file, 'its scrapes are out of order');
    beforeMs = timeMs;
  }
  return times;
}

/** The figures of so many scrapes; what holds fewer than its list of series is damage. */
function figuresOf({ figures, strange }: Row, bytes: number, file: string): DataView {
  const held = Buffer.from(typeof figures === 'string' ? figures : '', 'hex');
  if (strange !== 0 || held.byteLength !== bytes)
    throw damaged(file, 'a scrape does not hold the values of its series');
  return new DataView(held.buffer, held.byteOffset, held.byteLength);
}

type Span = readonly [fromMs: number, toMs: number];
type Take = (id: number, points: SamplePoint[]) => void;

/** The points of the series of one stretch, given to `take` by series, each time ascending. */
function readStretch(
  store: Store,
  layout: number,
  { first, ids }: Stretch,
  [fromMs, toMs]: Span,
  take: Take,
  textLimit: number,
): void {
  const bytes = ids.length * 8;
  const limit = Math.max(1, Math.floor(textLimit / (2 * bytes)));
  for (let beginMs = fromMs; ; ) {
    const row = store.get(select, layout, beginMs, toMs, first * 8 + 1, bytes, limit) as Row;
    const times = timesOf(row.times, beginMs, toMs, store.file);
    const view = figuresOf(row, times.length * bytes, store.file);
    for (const [index, id] of ids.entries()) {
      if (id === undefined) continue;
      const at = (scrape: number) => view.getFloat64(scrape * bytes + index * 8, true);
      take(
        id,
        times.map((timeMs, scrape) => ({ timeMs, value: at(scrape) })),
      );
    }
    const stale = timesOf(row.stale, beginMs, toMs, store.file);
    if (stale.length > 0) {
      const markers = stale.map((timeMs) => ({ timeMs, value: Number.NaN, stale: true as const }));
      for (const id of ids) if (id !== undefined) take(id, markers);
    }
    if (Number(row.scrapes) < limit) return;
    beginMs = Math.max(times.at(-1) ?? 0, stale.at(-1) ?? 0) + 1;
  }
}

/** Points by time; where several lists hold the same instant a value is one, and of values that of the newest list. */
function merged(runs: readonly SamplePoint[][]): SamplePoint[] {
  const [first = []] = runs;
  if (runs.length < 2) return first;
  const all = runs
    .flat()
    .sort((a, b) => a.timeMs - b.timeMs || Number(b.stale ?? false) - Number(a.stale ?? false));
  return all.filter(({ timeMs }, index) => all[index + 1]?.timeMs !== timeMs);
}

/** Which series, of which time: fromMs ≤ time ≤ toMs. */
export interface SampleQuestion {
  name: string;
  isSelected(labels: SeriesId['labels']): boolean;
  fromMs: number;
  toMs: number;
}

/** Every series that is selected with the points of what `spanOf` says of each list; series without points are left out. */
function collect(
  store: Store,
  layouts: Layouts,
  { name, isSelected, fromMs, toMs }: SampleQuestion,
  spanOf: (layout: number) => Span | undefined,
  textLimit: number,
): Series[] {
  const wanted = new Map(
    layouts
      .ofMetric(name)
      .filter(({ labels }) => isSelected(labels))
      .map(({ id, labels }) => [id, { labels, runs: [] as SamplePoint[][] }]),
  );
  if (wanted.size === 0) return [];
  const take: Take = (id, points) => {
    if (points.length > 0) wanted.get(id)?.runs.push(points);
  };
  // All lists as of one instant: a scrape that is recorded meanwhile is seen whole or not at all.
  store.frozen(() => {
    for (const { id, list } of layouts.between(fromMs, toMs)) {
      const stretches = stretchesOf(list, (series) => wanted.has(series));
      const span = stretches.length > 0 ? spanOf(id) : undefined;
      for (const stretch of span ? stretches : [])
        readStretch(store, id, stretch, span ?? [fromMs, toMs], take, textLimit);
    }
  });
  return [...wanted.values()]
    .filter(({ runs }) => runs.length > 0)
    .map(({ labels, runs }) => ({ labels, points: merged(runs) }));
}

/**
 * Every series of a metric that is selected, with its points in the time asked for; series without points are left out.
 * @throws HistoryError `corrupt`
 */
export function readSamples(
  store: Store,
  layouts: Layouts,
  question: SampleQuestion,
  textLimit = mostText,
): Series[] {
  return collect(store, layouts, question, () => [question.fromMs, question.toMs], textLimit);
}

const selectNewest = `SELECT max(time_ms) AS at FROM scrapes
  WHERE layout = ? AND time_ms BETWEEN ? AND ? AND "values" IS NOT NULL`;

/**
 * The newest point of each of these series that is no stale marker, without reading those before it.
 * @throws HistoryError `corrupt`
 */
export function readNewest(store: Store, layouts: Layouts, question: SampleQuestion): Series[] {
  const newestOf = (layout: number): Span | undefined => {
    const at = store.get(selectNewest, layout, question.fromMs, question.toMs)?.at;
    return typeof at === 'number' ? [at, at] : undefined;
  };
  return collect(store, layouts, question, newestOf, mostText).map(({ labels, points }) => ({
    labels,
    points: points.slice(-1),
  }));
}
