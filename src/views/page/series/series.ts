import { setImmediate as turn } from 'node:timers/promises';
import {
  evaluate,
  isMeasured,
  lookBackMs,
  preloaded,
  type SampleSource,
  type SignalNaming,
  signalExpressions,
} from '../../../alerts/index.ts';
import type { CycleReader, SampleReader } from '../../../history/index.ts';
import { type Line, sampledLines, worse } from './lines.ts';
import type { Window } from './window.ts';

type Column = (number | null)[];

/** The lines of a window: one column each, `null` where there is no data; times in ms since 1970. */
export interface SeriesView {
  hours: number;
  stepMs: number;
  timesMs: number[];
  /** A column for each line that is measured. */
  columns: Record<Line, Column>;
}

/** How much longer than its interval a cycle's result stands for now; then the next is missing. */
const standsFor = 1.5;
/** Places that are evaluated before others have their turn: some milliseconds of work. */
const pieceSize = 15;
/** A place is the worst of evaluations that are this far apart, or of one. */
const evaluateMs = 3 * 60_000;

/** The pass rate of the worst cycle that stood within each place: a cycle stands until the next one, but not for ever. */
function passRates(history: CycleReader, { stepMs }: Window, timesMs: readonly number[]): Column {
  const [first = 0, last = 0] = [timesMs[0], timesMs.at(-1)];
  const column: Column = timesMs.map(() => null);
  const standsMs = standsFor * (history.grids().at(-1)?.intervalMs ?? 0);
  const points = history.points('passRate', first - stepMs - standsMs, last);
  for (const [index, { timeMs, value }] of points.entries()) {
    if (!Number.isFinite(value)) continue;
    const untilMs = Math.min(timeMs + standsMs, points[index + 1]?.timeMs ?? last, last);
    const begin = Math.max(0, Math.ceil((timeMs - first) / stepMs));
    const end = Math.max(begin, Math.floor((untilMs - first) / stepMs));
    for (let place = begin; place <= end && place < column.length; place += 1)
      column[place] = worse('passRate', column[place] ?? null, value);
  }
  return column;
}

/** Opens the reader of the charts' lines, up to the newest place that is over: each is evaluated once for all who look. */
export function openSeries(history: CycleReader & SampleReader, naming: SignalNaming) {
  const expressions = signalExpressions(naming);
  const lines = sampledLines.filter((line) => isMeasured(line, naming));
  const known = new Map<Window, Map<number, Column>>();
  let queue: Promise<unknown> = Promise.resolve();

  /** The worst value of each line within a place. */
  const placeAt = ({ stepMs }: Window, samples: SampleSource, placeMs: number): Column =>
    lines.map((line) => {
      let worst: number | null = null;
      for (let atMs = placeMs; atMs > placeMs - stepMs; atMs -= evaluateMs) {
        const value = evaluate(expressions[line], samples, atMs) ?? Number.NaN;
        worst = worse(line, worst, Number.isFinite(value) ? Number(value.toPrecision(5)) : null);
      }
      return worst;
    });

  const read = async (window: Window, nowMs: number): Promise<SeriesView> => {
    const { hours, stepMs } = window;
    const spanMs = hours * 3_600_000;
    const lastMs = Math.floor(nowMs / stepMs) * stepMs;
    const timesMs = Array.from(
      { length: spanMs / stepMs },
      (_, place) => lastMs - spanMs + (place + 1) * stepMs,
    );
    // What was recorded doesn't change: a place that was read stays as it is.
    const before = [...(known.get(window) ?? [])];
    const places = new Map(before.filter(([timeMs]) => timeMs > lastMs - spanMs));
    known.set(window, places);
    const missing = timesMs.filter((timeMs) => !places.has(timeMs));
    for (let begun = 0; begun < missing.length; begun += pieceSize) {
      await turn();
      const piece = missing.slice(begun, begun + pieceSize);
      const fromMs = (piece[0] ?? 0) - stepMs - Math.max(lookBackMs, naming.windowMs);
      const samples = preloaded(history, fromMs, piece.at(-1) ?? 0);
      for (const atMs of piece) places.set(atMs, placeAt(window, samples, atMs));
    }
    const columns = Object.fromEntries(
      lines.map((line, index) => [line, timesMs.map((atMs) => places.get(atMs)?.[index] ?? null)]),
    );
    columns.passRate = passRates(history, window, timesMs);
    return { hours, stepMs, timesMs, columns: columns as SeriesView['columns'] };
  };

  return {
    // One after the other: two that look at once share the work.
    read(window: Window, nowMs: number): Promise<SeriesView> {
      const result = queue.then(() => read(window, nowMs));
      queue = result.catch(() => undefined);
      return result;
    },
  };
}
