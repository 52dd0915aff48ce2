import { byText, type LabelSet, labelOrder } from '../../../core/index.ts';
import type { Selector } from './expression.ts';
import type { SamplePoint, SampleSource, Series } from './source.ts';

/** One element of an instant vector. */
export interface Element {
  labels: LabelSet;
  value: number;
}

/** How old the newest sample of a series may be to stand for now (Prometheus's `query.lookback-delta`). */
export const lookBackMs = 5 * 60_000;

/** Places of label sets in Prometheus's order; a source gives the same label sets again and again. */
const places = new WeakMap<LabelSet, string>();

function placeOf(labels: LabelSet): string {
  const known = places.get(labels) ?? labelOrder(labels);
  places.set(labels, known);
  return known;
}

/** Series in Prometheus's order, so that sums add up in the same order and to the same last bit. */
const ordered = (series: Series[]): Series[] =>
  series
    .map((one) => ({ one, place: placeOf(one.labels) }))
    .sort((a, b) => byText(a.place, b.place))
    .map(({ one }) => one);

function selected(
  source: SampleSource,
  { metric, matchers }: Selector,
  fromMs: number,
  atMs: number,
): Series[] {
  return ordered(source.series(metric, matchers, fromMs, atMs));
}

/** The newest sample of each series; both ends of the look-back belong to it (Prometheus 2.42), a stale series has none. */
export function instantVector(source: SampleSource, selector: Selector, atMs: number): Element[] {
  return selected(source, selector, atMs - lookBackMs, atMs).flatMap(({ labels, points }) => {
    const newest = points.at(-1);
    return !newest || newest.stale ? [] : [{ labels, value: newest.value }];
  });
}

/** The samples of each series within a window closed at both ends (Prometheus 2.42; 3.0 opened the left one), markers left out. */
export function rangeVector(
  source: SampleSource,
  selector: Selector,
  windowMs: number,
  atMs: number,
): { labels: LabelSet; points: SamplePoint[] }[] {
  return selected(source, selector, atMs - windowMs, atMs)
    .map(({ labels, points }) => ({ labels, points: points.filter(({ stale }) => !stale) }))
    .filter(({ points }) => points.length > 0);
}

/** As `rangeVector`, where only the newest sample of each series is asked for. */
export function newestVector(
  source: SampleSource,
  selector: Selector,
  windowMs: number,
  atMs: number,
): ReturnType<typeof rangeVector> {
  const newest = source.newest?.(selector.metric, selector.matchers, atMs - windowMs, atMs);
  if (!newest) return rangeVector(source, selector, windowMs, atMs);
  return ordered(newest).map(({ labels, points }) => ({ labels, points: [...points] }));
}
