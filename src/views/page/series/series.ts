import type { SignalNaming } from '../../../alerts/index.ts';
import type { HistoryReader } from '../../../history/index.ts';
import { type Evaluations, openEvaluations } from './evaluations.ts';
import { type Line, lines, sampledLines, worse } from './lines.ts';
import { type Window, windows } from './window.ts';

/** The lines of a window: one column each, `null` where there is no data; times in ms since 1970. */
export interface SeriesView {
  hours: number;
  stepMs: number;
  timesMs: number[];
  columns: Record<Line, (number | null)[]>;
}

export interface SeriesCache {
  /** The places of a window, up to the newest that is over. */
  read(window: Window, nowMs: number): Promise<SeriesView>;
}

/** How much longer than its interval a cycle's result stands for now; then the next is missing. */
const standsFor = 1.5;

/** The pass rate of the worst cycle that stood within each place: a cycle stands until the next one, but not for ever. */
function passRates(
  history: HistoryReader,
  { stepMs }: Window,
  timesMs: readonly number[],
): (number | null)[] {
  const [first, last] = [timesMs[0], timesMs.at(-1)];
  if (first === undefined || last === undefined) return [];
  const column: (number | null)[] = timesMs.map(() => null);
  const standsMs = standsFor * (history.grids().at(-1)?.intervalMs ?? 0);
  const points = history.points('passRate', first - stepMs - standsMs, last);
  for (const [index, { timeMs, value }] of points.entries()) {
    if (!Number.isFinite(value)) continue;
    const untilMs = Math.min(timeMs + standsMs, points[index + 1]?.timeMs ?? Number.POSITIVE_INFINITY, last);
    const begin = Math.max(0, Math.ceil((timeMs - first) / stepMs));
    const end = Math.max(begin, Math.floor((untilMs - first) / stepMs));
    for (let place = begin; place <= end && place < column.length; place += 1)
      column[place] = worse('passRate', column[place] ?? null, value);
  }
  return column;
}

/** Opens the cache of the charts' lines: each instant is evaluated once for all who look. */
export function openSeries(history: HistoryReader, naming: SignalNaming): SeriesCache {
  const grids = new Map<number, Evaluations>();
  const gridOf = ({ evaluateMs }: Window): Evaluations => {
    const keepMs = Math.max(
      ...windows.filter((one) => one.evaluateMs === evaluateMs).map((one) => one.spanMs),
    );
    const known = grids.get(evaluateMs) ?? openEvaluations(history, naming, evaluateMs, keepMs + 3_600_000);
    grids.set(evaluateMs, known);
    return known;
  };

  return {
    async read(window, nowMs) {
      const { hours, stepMs, spanMs, evaluateMs } = window;
      const lastMs = Math.floor(nowMs / stepMs) * stepMs;
      const firstMs = lastMs - spanMs + stepMs;
      const timesMs: number[] = [];
      for (let atMs = firstMs; atMs <= lastMs; atMs += stepMs) timesMs.push(atMs);
      const grid = gridOf(window);
      await grid.fill(firstMs - stepMs + evaluateMs, lastMs);
      const columns = Object.fromEntries(lines.map((line) => [line, [] as (number | null)[]]));
      for (const atMs of timesMs) {
        for (const [index, line] of sampledLines.entries()) {
          let value: number | null = null;
          for (let at = atMs - stepMs + evaluateMs; at <= atMs; at += evaluateMs)
            value = worse(line, value, grid.at(at)?.[index] ?? null);
          columns[line]?.push(value);
        }
      }
      columns.passRate = passRates(history, window, timesMs);
      return { hours, stepMs, timesMs, columns: columns as SeriesView['columns'] };
    },
  };
}
