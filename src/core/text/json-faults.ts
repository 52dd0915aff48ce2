import { holds } from '../thresholds/bound.ts';
import { parseLimit } from '../thresholds/limit-text.ts';
import { valueAt } from './json-path.ts';
import { shortened } from './safe-text.ts';

/** What a value in a document must be: itself, or a limit such as `< 100` for a number. */
export type WantedJson = Readonly<Record<string, string | number | boolean | null>>;

/** A value as a message shows it. */
export const shownValue = (value: unknown): string =>
  value === undefined ? 'nothing' : shortened(JSON.stringify(value), 60);

/** A number, also one that is sent as text so that no digit is lost. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const isNumber =
    typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value.trim());
  return isNumber ? Number(value) : undefined;
}

function faultAt(document: unknown, path: string, wanted: WantedJson[string]): string[] {
  const value = valueAt(document, path);
  const number = numberOf(value);
  const limit = typeof wanted === 'string' && number !== undefined ? parseLimit(wanted) : undefined;
  const isMet = limit && number !== undefined ? holds(limit.bound, number) : value === wanted;
  return isMet ? [] : [`${path} is ${shownValue(value)}, expected ${limit ? wanted : shownValue(wanted)}`];
}

/** In what a body differs from the values that are wanted, by path. */
export function jsonFaults(body: string, wanted: WantedJson): string[] {
  const paths = Object.entries(wanted);
  if (paths.length === 0) return [];
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return ['the body is not JSON'];
  }
  return paths.flatMap(([path, value]) => faultAt(document, path, value));
}
