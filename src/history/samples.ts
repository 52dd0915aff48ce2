import { lookBackMs, type Series } from '../alerts/index.ts';
import {
  countPoints,
  readNewest,
  readSamples,
  readSamplesInParts,
  readTogether,
  type SampleQuestion,
} from './read-samples.ts';
import type { SeriesLists } from './series-lists.ts';
import type { SeriesId } from './series-text.ts';
import type { Store } from './store.ts';
import type { StoredWords } from './stored-words.ts';

/** One scraped value; the series as canonical text `name{label="value"}` or in parts. */
export interface ScrapedSample {
  series: string | SeriesId;
  value: number;
}

const again = 'ON CONFLICT (time_ms, layout) DO UPDATE SET "values" = excluded."values"';

/** Values as bytes, eight each: a third of what a row for each value takes, and one page to write. */
function encode(values: readonly number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 8));
  for (const [index, value] of values.entries()) bytes.setFloat64(index * 8, value, true);
  return new Uint8Array(bytes.buffer);
}

/** Records scrapes and reads them back; a scrape is one row, its series a list that scrapes share. */
export function openSamples(store: Store, words: StoredWords, lists: SeriesLists) {
  const stale = (timeMs: number, target: number, series: readonly number[]) => {
    // Stale markers are a row without values.
    if (series.length === 0) return;
    store.insert('scrapes', { time_ms: timeMs, layout: lists.listId(series), target, values: null }, again);
  };
  /** The series that still stand for now, with the target under which they came last; older ones need no stale marker. */
  const standing = (timeMs: number): Map<number, number> => {
    const alive = new Map<number, number>();
    const rows = store.all(
      `SELECT layout, target, "values" IS NULL AS gone FROM scrapes WHERE time_ms BETWEEN ? AND ?
       ORDER BY time_ms, gone DESC`,
      timeMs - lookBackMs,
      timeMs,
    );
    for (const { layout, target, gone } of rows) {
      for (const id of lists.seriesOf(Number(layout))) {
        if (gone === 1) alive.delete(id);
        else alive.set(id, Number(target));
      }
    }
    return alive;
  };

  return {
    /** Numbers series that may be new, so that recording them finds them numbered. */
    number(samples: readonly ScrapedSample[]): void {
      store.transaction(() => {
        for (const { series } of samples) lists.seriesId(series);
      });
    },
    /**
     * Records one scrape. With the name of its target, series of the target's scrape before that are no
     * longer there are marked stale, as Prometheus does.
     */
    record(timeMs: number, samples: readonly ScrapedSample[], target = ''): void {
      if (samples.length === 0) return;
      store.transaction(() => {
        const current = new Map(samples.map(({ series, value }) => [lists.seriesId(series), value]));
        const sorted = [...current].sort(([a], [b]) => a - b);
        const targetId = words.name(target);
        const before = target === '' ? [] : [...standing(timeMs)];
        const gone = before.flatMap(([id, of]) => (of === targetId && !current.has(id) ? [id] : []));
        const list = lists.listId(sorted.map(([id]) => id));
        const values = encode(sorted.map(([, value]) => value));
        store.insert('scrapes', { time_ms: timeMs, layout: list, target: targetId, values }, again);
        stale(timeMs, targetId, gone);
      });
    },
    read: (question: SampleQuestion): Series[] => readSamples(store, lists, question),
    readInParts: (question: SampleQuestion) => readSamplesInParts(store, lists, question),
    readTogether: (names: readonly string[], range: Parameters<typeof readTogether>[3]) =>
      readTogether(store, lists, names, range),
    count: (question: SampleQuestion, value: number) => countPoints(store, lists, question, value),
    newest: (question: SampleQuestion): Series[] => readNewest(store, lists, question),
  };
}
