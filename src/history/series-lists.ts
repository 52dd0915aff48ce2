import { parseSeries, type SeriesId, seriesText } from './series-text.ts';
import type { Store } from './store.ts';
import type { StoredWords } from './stored-words.ts';

/** The series by number, and the lists of series that scrapes consist of; both hardly ever change. */
export interface SeriesLists {
  seriesId(series: string | SeriesId): number;
  /** The names of all metrics with series. */
  metrics(): string[];
  /** Every known series of a metric. */
  ofMetric(name: string): { id: number; labels: SeriesId['labels'] }[];
  /** The number of an ascending list of series. */
  listId(series: readonly number[]): number;
  seriesOf(list: number): readonly number[];
  /** The lists of the scrapes in fromMs ≤ time ≤ toMs, by number. */
  between(fromMs: number, toMs: number): { id: number; list: readonly number[] }[];
  forget(): void;
}

const numbersIn = (text: string): number[] => (text === '' ? [] : text.split(' ').map(Number));

/** Opens the lists; what recording has met is remembered, because a list never changes. */
export function openSeriesLists(store: Store, words: StoredWords): SeriesLists {
  const ids = new Map<string, number>();
  const listIds = new Map<string, number>();
  const lists = new Map<number, readonly number[]>();
  const ofMetrics = new Map<
    string,
    { newest: number; series: { id: number; labels: SeriesId['labels'] }[] }
  >();
  const forget = () => {
    ids.clear();
    listIds.clear();
    lists.clear();
    ofMetrics.clear();
  };
  store.onUndo(forget);

  return {
    seriesId(series) {
      const given = typeof series === 'string' ? series : seriesText(series);
      const remembered = ids.get(given);
      if (remembered !== undefined) return remembered;
      const parts = parseSeries(given);
      const text = seriesText(parts);
      const found = store.get('SELECT id FROM series WHERE text = ?', text);
      const id = found
        ? Number(found.id)
        : store.run('INSERT INTO series (name, text) VALUES (?, ?)', words.name(parts.name), text).id;
      ids.set(given, id);
      return id;
    },
    metrics: () =>
      store
        .all('SELECT text FROM names WHERE id IN (SELECT name FROM series) ORDER BY text')
        .map(({ text }) => String(text)),
    ofMetric(name) {
      // Series are only ever added: as long as none was, they are the same.
      const newest = Number(store.get('SELECT max(id) AS id FROM series')?.id ?? 0);
      const known = ofMetrics.get(name);
      if (known?.newest === newest) return known.series;
      const series = store
        .all('SELECT id, text FROM series WHERE name = (SELECT id FROM names WHERE text = ?)', name)
        .map(({ id, text }) => ({ id: Number(id), labels: parseSeries(String(text)).labels }));
      ofMetrics.set(name, { newest, series });
      return series;
    },
    listId(series) {
      const text = series.join(' ');
      const remembered = listIds.get(text);
      if (remembered !== undefined) return remembered;
      const found = store.get('SELECT id FROM layouts WHERE series = ?', text);
      const id = found ? Number(found.id) : store.run('INSERT INTO layouts (series) VALUES (?)', text).id;
      listIds.set(text, id);
      return id;
    },
    seriesOf(id) {
      const remembered = lists.get(id);
      if (remembered) return remembered;
      const list = numbersIn(String(store.get('SELECT series FROM layouts WHERE id = ?', id)?.series ?? ''));
      lists.set(id, list);
      return list;
    },
    between: (fromMs, toMs) =>
      // Not remembered: who only reads is not told when the number of a list that was deleted is given to another.
      store
        .all(
          `SELECT id, series FROM layouts
           WHERE EXISTS (SELECT 1 FROM scrapes WHERE layout = layouts.id AND time_ms BETWEEN ? AND ?) ORDER BY id`,
          fromMs,
          toMs,
        )
        .map(({ id, series }) => ({ id: Number(id), list: numbersIn(String(series)) })),
    forget,
  };
}
