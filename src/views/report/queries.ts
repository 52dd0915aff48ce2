import { type Expression, evaluate, preloaded, type SampleSource, toPromQL } from '../../alerts/index.ts';
import { formatDuration, formatValue, type Unit } from '../../core/index.ts';
import type { HistoryReader } from '../../history/index.ts';

/** The question that a value answers, word for word as it was asked: SQL of vigil.sqlite, or PromQL on its samples. */
export type Query = { language: 'sql'; text: string } | { language: 'promql'; text: string; atMs: number };

/** One number of the report, or why there is none, and the query that gives it. */
export interface QueriedValue {
  /** `Q7`: the query's number in the appendix. */
  id: string;
  title: string;
  unit: Unit;
  /** In base units; `null` when the history doesn't tell. */
  value: number | null;
  query: Query;
}

/** A list of the report and the query that gives it. */
export interface QueriedList {
  id: string;
  title: string;
  rows: number;
  query: Query;
}

export interface StepPoint {
  timeMs: number;
  value: number;
}

export const isQueriedValue = (entry: QueriedValue | QueriedList): entry is QueriedValue => 'value' in entry;

/** A value as a person reads it. */
export function queriedText({ value, unit }: Pick<QueriedValue, 'value' | 'unit'>): string {
  return value === null ? 'unknown' : formatValue(value, unit);
}

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

interface Steps {
  fromMs: number;
  toMs: number;
  stepMs: number;
}

/**
 * Asks the history about [fromMs, toMs]; steps stand at multiples of `stepMs`, as those of a PromQL subquery. Every value
 * is what its own query answered, so the two can't part.
 */
export class Queries {
  /** Everything that was asked, in this order. */
  readonly appendix: (QueriedValue | QueriedList)[] = [];
  #asked = 0;
  readonly #reader: HistoryReader;
  readonly #window: Steps;
  readonly #samples: SampleSource;

  constructor(reader: HistoryReader, window: Steps) {
    this.#reader = reader;
    this.#window = window;
    // Two hours before the window: the longest look-back of the signals that a report steps through, and some.
    this.#samples = preloaded(reader, window.fromMs - 7_200_000, window.toMs);
  }

  #nextId(): string {
    this.#asked += 1;
    return `Q${this.#asked}`;
  }

  #keep<Entry extends QueriedValue | QueriedList>(entry: Entry): Entry {
    this.appendix.push(entry);
    return entry;
  }

  number(title: string, unit: Unit, sql: string): QueriedValue {
    const [row = {}] = this.#reader.query(sql);
    const value = numberOf(Object.values(row)[0]);
    return this.#keep({ id: this.#nextId(), title, unit, value, query: { language: 'sql', text: sql } });
  }

  /** Several values of one row; they share the query. */
  numbers<Name extends string>(
    wanted: Record<Name, [title: string, unit: Unit]>,
    sql: string,
  ): Record<Name, QueriedValue> {
    const [row = {}] = this.#reader.query(sql);
    const id = this.#nextId();
    const entries = Object.entries<[string, Unit]>(wanted).map(([name, [title, unit]]) => {
      const query: Query = { language: 'sql', text: sql };
      return [name, this.#keep({ id, title, unit, value: numberOf(row[name]), query })];
    });
    return Object.fromEntries(entries) as Record<Name, QueriedValue>;
  }

  /** The rows as their query names the columns. */
  rows<Columns>(title: string, sql: string): { listing: QueriedList; rows: Columns[] } {
    const rows = this.#reader.query(sql) as Columns[];
    const query: Query = { language: 'sql', text: sql };
    return { listing: this.#keep({ id: this.#nextId(), title, rows: rows.length, query }), rows };
  }

  /** An expression at the end of the window. */
  evaluated(title: string, unit: Unit, expression: Expression): QueriedValue {
    const { toMs } = this.#window;
    // One evaluation of the whole window: nothing is gained by reading it beforehand.
    const value = numberOf(evaluate(expression, this.#reader, toMs));
    const query: Query = { language: 'promql', text: toPromQL(expression), atMs: toMs };
    return this.#keep({ id: this.#nextId(), title, unit, value, query });
  }

  /** An expression at every step of the window, and its greatest or least value. */
  overSteps(title: string, unit: Unit, expression: Expression, extreme: 'max' | 'min') {
    const { fromMs, toMs, stepMs } = this.#window;
    const points: StepPoint[] = [];
    for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs <= toMs; atMs += stepMs) {
      const value = numberOf(evaluate(expression, this.#samples, atMs));
      if (value !== null) points.push({ timeMs: atMs, value });
    }
    const steps = `${formatDuration(toMs - fromMs)}:${formatDuration(stepMs)}`;
    const text = `${extreme}_over_time((${toPromQL(expression)})[${steps}])`;
    const query: Query = { language: 'promql', text, atMs: toMs };
    const worst = this.#keep({ id: this.#nextId(), title, unit, value: extremeOf(points, extreme), query });
    return { worst, points };
  }
}

/** The greatest or least value of some points; `null` without any. */
export function extremeOf(points: readonly StepPoint[], extreme: 'max' | 'min'): number | null {
  const values = points.map(({ value }) => value);
  return values.length === 0 ? null : values.reduce((a, b) => Math[extreme](a, b));
}
