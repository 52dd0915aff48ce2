import type { HistoryReader } from '../../src/history/history.ts';

/** How much a history holds; the size is that of the database file, its log not counted. */
export function countsOf(reader: Pick<HistoryReader, 'rows'>) {
  const [row] = reader.rows(`SELECT
    (SELECT count(*) FROM cycles) AS cycles,
    (SELECT total(passed + failed + unknown + skipped) FROM cycles) AS outcomes,
    (SELECT count(*) FROM slots WHERE state = 'observed') AS observedSlots,
    (SELECT count(*) FROM slots WHERE state = 'missed')
      + (SELECT CAST(total((to_ms - from_ms) / interval_ms) AS INTEGER) FROM gaps) AS missedSlots,
    (SELECT count(*) FROM slots WHERE state = 'in flight') AS inFlight,
    (SELECT count(*) FROM scrapes) AS scrapes,
    (SELECT count(*) FROM transitions) AS transitions,
    (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes`);
  return { ...row } as Record<
    | 'cycles'
    | 'outcomes'
    | 'observedSlots'
    | 'missedSlots'
    | 'inFlight'
    | 'scrapes'
    | 'transitions'
    | 'bytes',
    number
  >;
}
