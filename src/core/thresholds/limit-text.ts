import type { Unit } from '../units/unit.ts';
import type { Bound, Operator } from './bound.ts';

/** Units that a limit may be written in, with the base unit and the factor that leads there. */
const written = {
  ms: ['seconds', 0.001],
  s: ['seconds', 1],
  min: ['seconds', 60],
  h: ['seconds', 3600],
  d: ['seconds', 86_400],
  '%': ['ratio', 0.01],
  B: ['bytes', 1],
  KiB: ['bytes', 1024],
  MiB: ['bytes', 1024 ** 2],
  GiB: ['bytes', 1024 ** 3],
  '/s': ['perSecond', 1],
} as const satisfies Record<string, readonly [Unit, number]>;

/** How a limit's unit is written: `ms`, `%`, `MiB`, `/s` and the like. */
export type WrittenUnit = keyof typeof written;
/** A limit as a person writes it: `< 200 ms`, `>= 99.5 %`, `<= 0`. */
export type LimitText = `${Operator} ${number}${'' | ' '}${WrittenUnit}` | `${Operator} ${number}`;

/** A limit with the unit of its value; without one the unit is that of what is measured. */
export interface Limit {
  bound: Bound;
  unit: Unit | undefined;
}

const isWritten = (unit: string): unit is WrittenUnit => Object.hasOwn(written, unit);

/** A value in its base unit: `toBase(120, 'ms')` is 0.12 seconds. */
export function toBase(value: number, unit: Unit | WrittenUnit): { value: number; unit: Unit } {
  if (!isWritten(unit)) return { value, unit };
  const [base, factor] = written[unit];
  // 200 * 0.001 is 0.2, but 0.07 * 100 is not 7: digits that only the arithmetic made are dropped.
  return { value: Number((value * factor).toPrecision(15)), unit: base };
}

/** Reads `< 200 ms`; `undefined` when the text is no limit. */
export function parseLimit(text: string): Limit | undefined {
  const found = /^\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(\S*)\s*$/i.exec(text);
  const [, operator = '', digits = '', unit = ''] = found ?? [];
  if (!found || (unit !== '' && !isWritten(unit))) return undefined;
  const base = unit === '' ? undefined : toBase(Number(digits), unit as WrittenUnit);
  return {
    bound: { operator: operator as Operator, value: base?.value ?? Number(digits) },
    unit: base?.unit,
  };
}
