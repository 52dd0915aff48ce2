import type { SamplePoint, Series } from '../signals/index.ts';
import type { Dictionary } from './dictionary.ts';
import { HistoryError } from './history-error.ts';
import type { Layouts } from './layouts.ts';
import type { SeriesId } from './series-text.ts';
import type { Store } from './store.ts';

/** One scraped value; the series as canonical text `name{label="value"}` or in parts. */
export interface ScrapedSample {
  series: string | SeriesId;
  value: number;
}

/** Which series: those of a metric whose labels are as given; an empty label matches an absent one. */
export interface SeriesSelector {
  name: string;
  labels?: Readonly<Record<string, string>>;
}

/** How old a sample may be to stand for now: what is older needs no stale marker. */
const lookBackMs = 5 * 60_000;

const insert = `INSERT INTO scrapes (time_ms, layout, target, "values") VALUES (?, ?, ?, ?)
  ON CONFLICT (time_ms, layout) DO UPDATE SET "values" = excluded."values"`;

/** Values as bytes, eight each: a third of what a row for each value takes, and one page to write. */
function encode(values: readonly number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 8));
  for (const [index, value] of values.entries()) bytes.setFloat64(index * 8, value, true);
  return new Uint8Array(bytes.buffer);
}

/** The values of a scrape, or nothing where it marks series stale; what holds fewer than its list of series is damage. */
function viewOf(bytes: unknown, least: number, file: string): DataView | undefined {
  if (bytes === null) return undefined;
  if (bytes instanceof Uint8Array && bytes.byteLength >= least * 8)
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  throw new HistoryError(
    'corrupt',
    'the evidence history is damaged: a scrape does not hold the values of its series',
    file,
    'open it again: it is set aside and a new one begun',
  );
}

/** Records scrapes and reads them back; a scrape is one row, its series a list that scrapes share. */
export function openSamples(store: Store, words: Dictionary, layouts: Layouts) {
  const stale = (timeMs: number, target: number, series: readonly number[]) => {
    // Stale markers are a row without values.
    if (series.length > 0) store.run(insert, Math.round(timeMs), layouts.layoutId(series), target, null);
  };
  /** The series that still stand for now, with the target under which they came last. */
  const standing = (timeMs: number): Map<number, number> => {
    const alive = new Map<number, number>();
    const rows = store.all(
      `SELECT layout, target, "values" IS NULL AS gone FROM scrapes WHERE time_ms BETWEEN ? AND ?
       ORDER BY time_ms, gone DESC`,
      timeMs - lookBackMs,
      timeMs,
    );
    for (const { layout, target, gone } of rows) {
      for (const id of layouts.seriesOf(Number(layout))) {
        if (gone === 1) alive.delete(id);
        else alive.set(id, Number(target));
      }
    }
    return alive;
  };

  return {
    metrics: () => layouts.metrics(),
    /**
     * Records one scrape. With the name of its target, series of the target's scrape before that are no
     * longer there are marked stale, as Prometheus does.
     */
    record(timeMs: number, samples: readonly ScrapedSample[], target = ''): void {
      if (samples.length === 0) return;
      store.transaction(() => {
        const values = new Map(samples.map(({ series, value }) => [layouts.seriesId(series), value]));
        const sorted = [...values].sort(([a], [b]) => a - b);
        const targetId = words.name(target);
        const before = target === '' ? [] : [...standing(timeMs)];
        const gone = before.flatMap(([id, of]) => (of === targetId && !values.has(id) ? [id] : []));
        const layout = layouts.layoutId(sorted.map(([id]) => id));
        store.run(insert, Math.round(timeMs), layout, targetId, encode(sorted.map(([, value]) => value)));
        stale(timeMs, targetId, gone);
      });
    },
    /** Marks stale every standing series whose target is named so, or whose text begins so. */
    recordStale(timeMs: number, targetPrefix: string): void {
      store.transaction(() => {
        const named = words.name(targetPrefix);
        const gone = [...standing(timeMs)].flatMap(([id, target]) =>
          target === named || layouts.textOf(id).startsWith(targetPrefix) ? [id] : [],
        );
        stale(
          timeMs,
          named,
          gone.sort((a, b) => a - b),
        );
      });
    },
    /** Every series that is selected, with its points in fromMs ≤ time ≤ toMs; series without points are left out. */
    read(
      name: string,
      isSelected: (labels: SeriesId['labels']) => boolean,
      fromMs: number,
      toMs: number,
    ): Series[] {
      const wanted = new Map(
        layouts
          .ofMetric(name)
          .filter(({ labels }) => isSelected(labels))
          .map(({ id, labels }) => [id, { labels, points: [] as SamplePoint[] }]),
      );
      if (wanted.size === 0) return [];
      const places = new Map<number, { found: [index: number, id: number][]; least: number }>();
      for (const row of store.all('SELECT id FROM layouts')) {
        const found = layouts
          .seriesOf(Number(row.id))
          .flatMap((id, index) => (wanted.has(id) ? [[index, id] as [number, number]] : []));
        // Ascending, so the last place says how many values a scrape must hold.
        const last = found.at(-1);
        if (last) places.set(Number(row.id), { found, least: last[0] + 1 });
      }
      const rows = store.all(
        `SELECT time_ms, layout, "values" AS v FROM scrapes WHERE time_ms BETWEEN ? AND ?
           AND layout IN (SELECT value FROM json_each(?)) ORDER BY time_ms, "values" IS NULL DESC`,
        fromMs,
        toMs,
        JSON.stringify([...places.keys()]),
      );
      for (const row of rows) {
        const timeMs = Number(row.time_ms);
        const { found, least } = places.get(Number(row.layout)) ?? { found: [], least: 0 };
        const view = viewOf(row.v, least, store.file);
        for (const [index, id] of found) {
          const points = wanted.get(id)?.points ?? [];
          // A series that was marked stale and came at the same instant is there.
          if (points.at(-1)?.timeMs === timeMs) points.pop();
          points.push(
            view
              ? { timeMs, value: view.getFloat64(index * 8, true) }
              : { timeMs, value: Number.NaN, stale: true },
          );
        }
      }
      return [...wanted.values()].filter(({ points }) => points.length > 0);
    },
  };
}
