import type { SamplePoint, SampleSource, Series } from '../../src/alerts/signals/algebra/source.ts';
import { matches } from '../../src/core/labels/matcher.ts';
import { coverageOf, type SlotState, unscheduledIn, withUnscheduled } from '../../src/history/coverage.ts';
import type { HistoryReader } from '../../src/history/history.ts';
import type { readCoverage } from '../../src/history/read-coverage.ts';
import { parseSeries } from '../../src/history/series-text.ts';

type Rows = Pick<HistoryReader, 'rows' | 'grids'>;

/** The points of one scrape for one series, read where the list of series says; damage is an error. */
function pointOf(bytes: unknown, place: number, timeMs: number): SamplePoint {
  if (bytes === null) return { timeMs, value: Number.NaN, stale: true };
  if (!(bytes instanceof Uint8Array)) throw new TypeError('no list of bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { timeMs, value: view.getFloat64(place * 8, true) };
}

/** The series of a metric by their definition: every scrape is looked at, row by row, for every series. */
export function seriesRowByRow(
  reader: Rows,
  ...[name, matchers, fromMs, toMs]: Parameters<SampleSource['series']>
): Series[] {
  const lists = new Map(
    reader
      .rows('SELECT id, series FROM layouts')
      .map(({ id, series }) => [id, String(series).split(' ').map(Number)] as const),
  );
  const scrapes = reader.rows(
    'SELECT id, time_ms, layout, "values" AS v FROM scrapes WHERE time_ms BETWEEN ? AND ? ORDER BY time_ms, layout',
    fromMs,
    toMs,
  );
  return reader
    .rows('SELECT series.id AS id, series.text AS text FROM series JOIN names ON names.id = series.name')
    .map(({ id, text }) => ({ id: Number(id), ...parseSeries(String(text)) }))
    .filter((series) => series.name === name && matches(series.labels, matchers))
    .map(({ id, labels }) => {
      const points = new Map<number, SamplePoint>();
      for (const { time_ms, layout, v } of scrapes) {
        const place = lists.get(layout ?? null)?.indexOf(id) ?? -1;
        if (place < 0) continue;
        const timeMs = Number(time_ms);
        const point = pointOf(v, place, timeMs);
        // A value that came at the same instant as a marker is there.
        if (!point.stale || !points.has(timeMs)) points.set(timeMs, point);
      }
      return { labels, points: [...points.values()] };
    })
    .filter(({ points }) => points.length > 0);
}

/** The same, each with its newest value. */
export function newestRowByRow(reader: Rows, ...question: Parameters<SampleSource['series']>): Series[] {
  return seriesRowByRow(reader, ...question)
    .map(({ labels, points }) => ({ labels, points: points.filter(({ stale }) => !stale).slice(-1) }))
    .filter(({ points }) => points.length > 0);
}

/** Coverage with every slot of the history looked up. */
export function coverageRowByRow(
  reader: Rows,
  { fromMs, toMs, nowMs, unscheduledMs }: Parameters<typeof readCoverage>[1],
) {
  const cycles = reader.rows('SELECT slot_ms, started_ms, on_demand FROM cycles');
  const slots = new Map(
    reader.rows('SELECT * FROM slots').map(({ slot_ms, state, reason }) => {
      const isThere = cycles.some((cycle) => cycle.slot_ms === slot_ms);
      const lost: SlotState = { state: 'lost' };
      return [Number(slot_ms), state === 'observed' && !isThere ? lost : ({ state, reason } as SlotState)];
    }),
  );
  const scheduled = coverageOf(reader.grids(), slots, { fromMs, toMs, nowMs });
  if (unscheduledMs === undefined) return scheduled;
  const onDemand = cycles
    .filter(({ on_demand }) => on_demand === 1)
    .map(({ started_ms }) => Number(started_ms));
  return withUnscheduled(scheduled, unscheduledIn(reader.grids(), { fromMs, toMs }, unscheduledMs), onDemand);
}

/** A reader whose samples and slots are read row by row. */
export function rowByRow(reader: HistoryReader, nowMs: number): HistoryReader {
  return {
    ...reader,
    series: (...question) => seriesRowByRow(reader, ...question),
    newest: (...question) => newestRowByRow(reader, ...question),
    coverage: (fromMs, toMs, unscheduledMs) =>
      coverageRowByRow(reader, { fromMs, toMs, nowMs, unscheduledMs }),
  };
}
