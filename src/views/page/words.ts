import { type Bound, formatAgainst, formatValue, grouped, type Unit } from '../../core/index.ts';

export { spanText } from './browser/time.ts';

/** The time of day of an instant, as everybody on call reads it: `03:12 UTC`. */
export function clockText(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 16)} UTC`;
}

/** A text as the middle of a sentence: without the full stop at its end, clipped. */
export function clause(text: string, most = 160): string {
  const line = (text.split('\n', 1)[0] ?? '').trim().replace(/[.:;\s]+$/, '');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** A value, with more digits where the usual ones would show it as its limit; `undefined` where there is none. */
export function valueText(
  value: number | undefined,
  unit: Unit | undefined,
  limit: Bound | undefined,
): string | undefined {
  if (value === undefined || !unit) return undefined;
  return limit ? formatAgainst(value, limit.value, unit) : formatValue(value, unit);
}

/** `1 check`, `2 checks`. */
export function countText(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and 2 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown =
    names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
