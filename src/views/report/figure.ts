import { type Expression, evaluate, preloaded, toPromQL } from '../../alerts/index.ts';
import { formatDuration, formatValue, type Unit } from '../../core/index.ts';
import type { HistoryReader } from '../../history/index.ts';

/** The question that a figure answers, word for word as it was asked: SQL of vigil.sqlite, or PromQL on its samples. */
export type Query = { language: 'sql'; text: string } | { language: 'promql'; text: string; atMs: number };

/** One number of the report, or why there is none, and the query that gives it. */
export interface Figure {
  /** `Q7`: the query's number in the appendix. */
  id: string;
  title: string;
  unit: Unit;
  /** In base units; `null` when the history doesn't tell. */
  value: number | null;
  query: Query;
}

/** A list of the report and the query that gives it. */
export interface Listing {
  id: string;
  title: string;
  rows: number;
  query: Query;
}

export interface StepPoint {
  timeMs: number;
  value: number;
}

type Cell = string | number | null;

/** Asks the history. Every figure is what its own query answered, so the two can't part. */
export interface Asker {
  number(title: string, unit: Unit, sql: string): Figure;
  /** Several figures of one row; they share the query. */
  numbers<Name extends string>(
    wanted: Record<Name, [title: string, unit: Unit]>,
    sql: string,
  ): Record<Name, Figure>;
  rows<Column extends string>(title: string, sql: string): { listing: Listing; rows: Record<Column, Cell>[] };
  /** An expression at the end of the window. */
  evaluated(title: string, unit: Unit, expression: Expression): Figure;
  /** An expression at every step of the window; its greatest (or least) value is the figure. */
  overSteps(
    title: string,
    unit: Unit,
    expression: Expression,
    extreme: 'max' | 'min',
  ): { figure: Figure; points: StepPoint[] };
  /** Everything that was asked, in this order. */
  appendix: (Figure | Listing)[];
}

export const isFigure = (entry: Figure | Listing): entry is Figure => 'value' in entry;

/** A figure as a person reads it. */
export function figureText({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  return value === null ? 'unknown' : formatValue(value, unit);
}

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** Opens the questions about [fromMs, toMs]; steps stand at multiples of `stepMs`, as those of a PromQL subquery. */
export function openAsker(
  reader: HistoryReader,
  { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
): Asker {
  const appendix: (Figure | Listing)[] = [];
  let asked = 0;
  const nextId = () => {
    asked += 1;
    return `Q${asked}`;
  };
  const keep = (figure: Figure): Figure => {
    appendix.push(figure);
    return figure;
  };
  // Two hours before the window: the longest look-back of the signals that a report steps through, and some.
  const samples = preloaded(reader, fromMs - 7_200_000, toMs);
  const lengthText = formatDuration(toMs - fromMs);

  return {
    appendix,
    number(title, unit, sql) {
      const [row = {}] = reader.query(sql);
      const query = { language: 'sql', text: sql } as const;
      return keep({ id: nextId(), title, unit, value: numberOf(Object.values(row)[0]), query });
    },
    numbers(wanted, sql) {
      const [row = {}] = reader.query(sql);
      const id = nextId();
      const entries = Object.entries<[string, Unit]>(wanted).map(([name, [title, unit]]) => {
        const query = { language: 'sql', text: sql } as const;
        return [name, keep({ id, title, unit, value: numberOf(row[name]), query })];
      });
      return Object.fromEntries(entries) as Record<keyof typeof wanted, Figure>;
    },
    rows<Column extends string>(title: string, sql: string) {
      const rows = reader.query(sql) as Record<Column, Cell>[];
      const listing: Listing = {
        id: nextId(),
        title,
        rows: rows.length,
        query: { language: 'sql', text: sql },
      };
      appendix.push(listing);
      return { listing, rows };
    },
    evaluated(title, unit, expression) {
      // One evaluation of the whole window: nothing is gained by reading it beforehand.
      const value = numberOf(evaluate(expression, reader, toMs));
      const query = { language: 'promql', text: toPromQL(expression), atMs: toMs } as const;
      return keep({ id: nextId(), title, unit, value, query });
    },
    overSteps(title, unit, expression, extreme) {
      const points: StepPoint[] = [];
      for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs <= toMs; atMs += stepMs) {
        const value = numberOf(evaluate(expression, samples, atMs));
        if (value !== null) points.push({ timeMs: atMs, value });
      }
      const worst = points.reduce<number | null>(
        (best, { value }) => (best === null ? value : Math[extreme](best, value)),
        null,
      );
      const text = `${extreme}_over_time((${toPromQL(expression)})[${lengthText}:${formatDuration(stepMs)}])`;
      const query = { language: 'promql', text, atMs: toMs } as const;
      return { figure: keep({ id: nextId(), title, unit, value: worst, query }), points };
    },
  };
}
