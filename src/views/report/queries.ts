import { type Expression, evaluate, preloaded, type SampleSource, toPromQL } from '../../alerts/index.ts';
import { durationLiteral, formatValue, type Unit } from '../../core/index.ts';
import type { RowReader, SampleReader } from '../../history/index.ts';
import type { ReportWindow } from './window.ts';

/** The question that a value answers, word for word as it was asked: SQL of vigil.sqlite, or PromQL on its samples. */
export type Query = { language: 'sql'; text: string } | { language: 'promql'; text: string; atMs: number };

interface Queried {
  /** `Q7`: the query's number in the appendix. */
  id: string;
  title: string;
  query: Query;
}

/** One number of the report, or why there is none, and the query that gives it. */
export interface QueriedValue extends Queried {
  unit: Unit;
  /** In base units; `null` when the history doesn't tell. */
  value: number | null;
}

/** A list of the report and the query that gives it. */
export interface QueriedList extends Queried {
  rows: number;
}

export interface StepPoint {
  timeMs: number;
  value: number;
}

/** A value as a person reads it. */
export function queriedText({ value, unit }: Pick<QueriedValue, 'value' | 'unit'>): string {
  return value === null ? 'unknown' : formatValue(value, unit);
}

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/**
 * Asks the history about [fromMs, toMs]; steps stand at multiples of `stepMs`, as those of a PromQL subquery. Every value
 * is what its own query answered, so the two can't part.
 */
export class Queries {
  /** Everything that was asked, in this order. */
  readonly appendix: (QueriedValue | QueriedList)[] = [];
  #asked = 0;
  readonly #reader: SampleReader & RowReader;
  readonly #window: ReportWindow;
  readonly #samples: SampleSource;

  constructor(reader: SampleReader & RowReader, window: ReportWindow) {
    this.#reader = reader;
    this.#window = window;
    // Two hours before the window: the longest look-back of the signals that a report steps through, and some.
    this.#samples = preloaded(reader, window.fromMs - 7_200_000, window.toMs);
  }

  #nextId(): string {
    this.#asked += 1;
    return `Q${this.#asked}`;
  }

  #keep(title: string, unit: Unit, answer: unknown, query: Query, id = this.#nextId()): QueriedValue {
    const value = numberOf(answer);
    const kept = { id, title, unit, value, query };
    this.appendix.push(kept);
    return kept;
  }

  number(title: string, unit: Unit, sql: string): QueriedValue {
    const [row = {}] = this.#reader.query(sql);
    return this.#keep(title, unit, Object.values(row)[0], { language: 'sql', text: sql });
  }

  /** Several values of one row; they share the query. */
  numbers<Name extends string>(
    wanted: Record<Name, [title: string, unit: Unit]>,
    sql: string,
  ): Record<Name, QueriedValue> {
    const [row = {}] = this.#reader.query(sql);
    const id = this.#nextId();
    const entries = Object.entries<[string, Unit]>(wanted).map(([name, [title, unit]]) => [
      name,
      this.#keep(title, unit, row[name], { language: 'sql', text: sql }, id),
    ]);
    return Object.fromEntries(entries) as Record<Name, QueriedValue>;
  }

  /** The rows as their query names the columns. */
  rows<Columns>(title: string, sql: string): { listing: QueriedList; rows: Columns[] } {
    const rows = this.#reader.query(sql) as Columns[];
    const query: Query = { language: 'sql', text: sql };
    const listing = { id: this.#nextId(), title, rows: rows.length, query };
    this.appendix.push(listing);
    return { listing, rows };
  }

  /** An expression at the end of the window, or at a time within. */
  evaluated(title: string, unit: Unit, expression: Expression, atMs = this.#window.toMs): QueriedValue {
    // One evaluation of the whole window: nothing is gained by reading it beforehand.
    const value = evaluate(expression, this.#reader, atMs);
    return this.#keep(title, unit, value, { language: 'promql', text: toPromQL(expression), atMs });
  }

  /** An expression at every step of the window, and its greatest or least value. */
  overSteps(title: string, unit: Unit, expression: Expression, extreme: 'max' | 'min') {
    const { fromMs, toMs, stepMs } = this.#window;
    const points: StepPoint[] = [];
    for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs <= toMs; atMs += stepMs) {
      const value = numberOf(evaluate(expression, this.#samples, atMs));
      if (value !== null) points.push({ timeMs: atMs, value });
    }
    const steps = `${durationLiteral(toMs - fromMs)}:${durationLiteral(stepMs)}`;
    const text = `${extreme}_over_time((${toPromQL(expression)})[${steps}])`;
    const query: Query = { language: 'promql', text, atMs: toMs };
    return { worst: this.#keep(title, unit, extremeOf(points, extreme), query), points };
  }
}

/** The greatest or least value of some points; `null` without any. */
export function extremeOf(points: readonly StepPoint[], extreme: 'max' | 'min'): number | null {
  return points.length === 0 ? null : Math[extreme](...points.map(({ value }) => value));
}
