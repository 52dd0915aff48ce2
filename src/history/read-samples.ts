import type { SamplePoint, Series } from '../alerts/index.ts';
import { atOnce } from '../core/index.ts';
import { damaged, HistoryError } from './history-error.ts';
import type { SeriesLists } from './series-lists.ts';
import type { SeriesId } from './series-text.ts';
import type { Store } from './store.ts';

/** The scrapes of one list of series in a stretch of time, each with the values of neighbours in that list. */
const selectScrapes = `SELECT time_ms, substr("values", ?, ?) FROM scrapes
  WHERE layout = ? AND time_ms BETWEEN ? AND ? ORDER BY time_ms`;
const selectNewest = `SELECT max(time_ms) AS at FROM scrapes
  WHERE layout = ? AND time_ms BETWEEN ? AND ? AND "values" IS NOT NULL`;

/** Which series, of which time: fromMs ≤ time ≤ toMs. */
export interface SampleQuestion {
  name: string;
  isSelected(labels: SeriesId['labels']): boolean;
  fromMs: number;
  toMs: number;
  /** More are not read: a question for more is refused. */
  maxPoints?: number | undefined;
}

interface Span {
  fromMs: number;
  toMs: number;
}

/** A series that is asked for; its points come from one list after another. */
interface Wanted {
  name: string;
  labels: SeriesId['labels'];
  runs: SamplePoint[][];
}

/** Adds the points that the scrapes of one list hold for the series at these places of it. */
function readList(store: Store, list: number, places: ReadonlyMap<number, Wanted>, span: Span): void {
  const first = Math.min(...places.keys());
  const bytes = (Math.max(...places.keys()) + 1 - first) * 8;
  const runs = [...places].map(([place, wanted]) => {
    const run: SamplePoint[] = [];
    wanted.runs.push(run);
    return { at: (place - first) * 8, run };
  });
  let beforeMs = Number.NEGATIVE_INFINITY;
  const scrapes = store.lists(selectScrapes, first * 8 + 1, bytes, list, span.fromMs, span.toMs);
  for (const [time, held] of scrapes) {
    const timeMs = Number(time);
    if (!(timeMs > beforeMs && timeMs >= span.fromMs && timeMs <= span.toMs))
      throw damaged(store.file, 'its scrapes are out of order');
    beforeMs = timeMs;
    if (held === null) {
      for (const { run } of runs) run.push({ timeMs, value: Number.NaN, stale: true });
      continue;
    }
    if (!(held instanceof Uint8Array && held.byteLength === bytes))
      throw damaged(store.file, 'a scrape does not hold the values of its series');
    const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
    for (const { at, run } of runs) run.push({ timeMs, value: view.getFloat64(at, true) });
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

const selectCount = 'SELECT count(*) AS n FROM scrapes WHERE layout = ? AND time_ms BETWEEN ? AND ?';
const scrapesIn = (store: Store, list: number, { fromMs, toMs }: Span): number =>
  Number(store.get(selectCount, list, fromMs, toMs)?.n);

/** Says the same of the same metric each time, so that it is told once. */
const tooMany = (file: string, name: string, limit: number): HistoryError =>
  new HistoryError(
    'refused',
    `refused: more than ${limit.toLocaleString('en-US')} samples of ${name}`,
    file,
    'look for a label with unbounded values',
  );

/** Values that are read in one go. */
const pointsOfTurn = 50_000;

/** The places of a list in parts whose values over so many scrapes are read in one go. */
function* partsOf(
  places: ReadonlyMap<number, Wanted>,
  scrapes: number,
): Generator<ReadonlyMap<number, Wanted>> {
  const size = Math.max(1, Math.floor(pointsOfTurn / Math.max(1, scrapes)));
  const all = [...places];
  for (let at = 0; at < all.length; at += size) yield new Map(all.slice(at, at + size));
}

/** The series of several metrics that are selected. */
function wantedOf(
  lists: SeriesLists,
  names: readonly string[],
  isSelected: SampleQuestion['isSelected'],
): Map<number, Wanted> {
  const ofMetric = (name: string) =>
    lists
      .ofMetric(name)
      .filter(({ labels }) => isSelected(labels))
      .map(({ id, labels }): [number, Wanted] => [id, { name, labels, runs: [] }]);
  return new Map(names.flatMap(ofMetric));
}

/** Every series that is selected with the points of what `spanOf` says of each list; series without points are left out. */
function* collect(
  store: Store,
  lists: SeriesLists,
  { name, isSelected, fromMs, toMs, maxPoints }: SampleQuestion,
  spanOf: (list: number) => Span | undefined,
): Generator<undefined, Series[]> {
  const found = yield* collectNamed(store, lists, [name], { isSelected, fromMs, toMs, maxPoints }, spanOf);
  return found.map(({ labels, points }) => ({ labels, points }));
}

/** The same of several metrics at once: what one list holds of all of them is read in one go. */
function* collectNamed(
  store: Store,
  lists: SeriesLists,
  names: readonly string[],
  { isSelected, fromMs, toMs, maxPoints }: Omit<SampleQuestion, 'name'>,
  spanOf: (list: number) => Span | undefined,
): Generator<undefined, (Series & { name: string })[]> {
  const wanted = wantedOf(lists, names, isSelected);
  if (wanted.size === 0) return [];
  const points = new Map<string, number>();
  for (const { id, list } of lists.between(fromMs, toMs)) {
    const places = new Map<number, Wanted>();
    for (const [place, series] of list.entries()) {
      const one = wanted.get(series);
      if (one) places.set(place, one);
    }
    const span = places.size > 0 ? spanOf(id) : undefined;
    if (!span) continue;
    const scrapes = scrapesIn(store, id, span);
    for (const { name } of places.values()) points.set(name, (points.get(name) ?? 0) + scrapes);
    for (const [name, read] of points)
      if (maxPoints !== undefined && read > maxPoints) throw tooMany(store.file, name, maxPoints);
    for (const part of partsOf(places, scrapes)) {
      readList(store, id, part, span);
      yield;
    }
  }
  return [...wanted.values()]
    .map(({ name, labels, runs }) => ({ name, labels, points: merged(runs.filter((run) => run.length > 0)) }))
    .filter(({ points }) => points.length > 0);
}

/** All lists as of one instant: a scrape that is recorded meanwhile is seen whole or not at all. */
const collectAtOnce = (
  store: Store,
  ...question: [SeriesLists, SampleQuestion, (list: number) => Span | undefined]
) => store.frozen(() => atOnce(collect(store, ...question)));

/**
 * The same as `readSamples`, in parts that may be interrupted. Asked for the past, nothing of it changes meanwhile.
 * @throws HistoryError `corrupt`
 */
export function readSamplesInParts(
  store: Store,
  lists: SeriesLists,
  question: SampleQuestion,
): Generator<undefined, Series[]> {
  return collect(store, lists, question, () => question);
}

/**
 * Every series of a metric that is selected, with its points in the time asked for; series without points are left out.
 * @throws HistoryError `corrupt`
 */
export function readSamples(store: Store, lists: SeriesLists, question: SampleQuestion): Series[] {
  return collectAtOnce(store, lists, question, () => question);
}

/**
 * All series of several metrics, by metric, read at once.
 * @throws HistoryError `corrupt`
 */
export function readTogether(
  store: Store,
  lists: SeriesLists,
  names: readonly string[],
  range: Pick<SampleQuestion, 'fromMs' | 'toMs' | 'maxPoints'>,
): Map<string, Series[]> {
  const question = { ...range, isSelected: () => true };
  const all = store.frozen(() => atOnce(collectNamed(store, lists, names, question, () => question)));
  const byName = Map.groupBy(all, ({ name }) => name);
  return new Map(names.map((name) => [name, byName.get(name) ?? []]));
}

/** How many points series have, without stale markers, and how many of them have the value that was asked for. */
export interface PointCount {
  points: number;
  equal: number;
}

/** The scrapes that hold a series, each instant once: where several lists hold it, by the newest list. */
const selectCounts = (places: ReadonlyMap<number, number>) =>
  `SELECT count(*) AS points, total(held = ?) AS equal FROM (
     SELECT substr("values", CASE layout ${[...places].map(([list, place]) => `WHEN ${list} THEN ${place * 8 + 1}`).join(' ')} END, 8) AS held, max(layout)
     FROM scrapes WHERE layout IN (${[...places.keys()].join(', ')}) AND time_ms BETWEEN ? AND ? AND "values" IS NOT NULL
     GROUP BY time_ms)`;

/**
 * Counts the points of all series that are selected, without reading them.
 * @throws HistoryError `corrupt`
 */
export function countPoints(
  store: Store,
  lists: SeriesLists,
  { name, isSelected, fromMs, toMs }: SampleQuestion,
  value: number,
): PointCount {
  const sum = { points: 0, equal: 0 };
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  store.frozen(() => {
    const between = lists.between(fromMs, toMs);
    for (const { id } of lists.ofMetric(name).filter(({ labels }) => isSelected(labels))) {
      const places = new Map(
        between.map(({ id: list, list: series }) => [list, series.indexOf(id)] as const),
      );
      for (const [list, place] of places) if (place < 0) places.delete(list);
      if (places.size === 0) continue;
      const counted = store.get(selectCounts(places), bytes, fromMs, toMs);
      sum.points += Number(counted?.points);
      sum.equal += Number(counted?.equal);
    }
  });
  return sum;
}

/**
 * The newest point of each of these series that is no stale marker, without reading those before it.
 * @throws HistoryError `corrupt`
 */
export function readNewest(store: Store, lists: SeriesLists, question: SampleQuestion): Series[] {
  const newestOf = (list: number): Span | undefined => {
    const at = store.get(selectNewest, list, question.fromMs, question.toMs)?.at;
    return typeof at === 'number' ? { fromMs: at, toMs: at } : undefined;
  };
  return collectAtOnce(store, lists, question, newestOf).map(({ labels, points }) => ({
    labels,
    points: points.slice(-1),
  }));
}
