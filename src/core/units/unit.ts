import { formatDuration } from './duration.ts';

/** The base units of every figure: seconds, bytes and ratios, as in the metrics. */
export type Unit =
  | 'ratio'
  | 'seconds'
  | 'bytes'
  | 'count'
  | 'perSecond'
  | 'bytesPerHour'
  | 'bytesPerOperation';

/** Each of them, for schemas; the type is written out for who reads the API. */
export const units = [
  'ratio',
  'seconds',
  'bytes',
  'count',
  'perSecond',
  'bytesPerHour',
  'bytesPerOperation',
] as const satisfies readonly Unit[];

const byteSteps = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

const upToThreeDecimals = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });

/** A number as English readers group it, such as `12,345.678`; beyond 1e21, where digits would be made up, by its exponent. */
export function grouped(value: number): string {
  return Number.isFinite(value) && Math.abs(value) >= 1e21 ? String(value) : upToThreeDecimals.format(value);
}

function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) >= 1000 ? grouped(Math.round(value)) : String(rounded);
}

function bytes(value: number): string {
  let scaled = value;
  let step = 0;
  while (Math.abs(scaled) >= 1024 && step < byteSteps.length - 1) {
    scaled /= 1024;
    step += 1;
  }
  return `${significant(scaled, 3)} ${byteSteps[step]}`;
}

function seconds(value: number): string {
  const size = Math.abs(value);
  if (size >= 120) {
    const step = size >= 7200 ? 60 : 1;
    return `${value < 0 ? '-' : ''}${formatDuration(Math.round(size / step) * step * 1000)}`;
  }
  if (size >= 1) return `${significant(value, 3)} s`;
  return `${significant(value * 1000, 3)} ms`;
}

/** A ratio as a percentage that never rounds a miss up to 100 %, with so many digits there, nor an error down to 0 %. */
function percent(value: number, digits = 4): string {
  const scaled = value * 100;
  const shown = Number(scaled.toFixed(Math.abs(scaled) < 1 ? 3 : 1));
  if (shown >= 100 && scaled < 100) return `${Math.floor(scaled * 10 ** digits) / 10 ** digits} %`;
  if (shown === 0 && scaled !== 0) return `${scaled.toPrecision(2)} %`;
  return `${shown} %`;
}

/** `value` as a person reads it: `0.2` seconds is `200 ms`, a ratio of `0.95` is `95 %`. */
export function formatValue(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'no value' : value > 0 ? 'infinite' : '-infinite';
  switch (unit) {
    case 'ratio':
      return percent(value);
    case 'seconds':
      return seconds(value);
    case 'bytes':
      return bytes(value);
    case 'bytesPerHour':
      return `${bytes(value)}/h`;
    case 'bytesPerOperation':
      return `${bytes(value)}/operation`;
    case 'perSecond':
      return `${significant(value, 3)}/s`;
    case 'count':
      return significant(value, 6);
  }
}

/** A ratio so far from its limit, such as CPU of 99.98 % from 80 %, is read with one digit after the point. */
const farRatio = 0.01;

/** `value` beside a limit: with more digits where the usual ones would show both as the same figure, and with no more than tell it from a limit that is far. */
export function formatAgainst(value: number, limit: number, unit: Unit): string {
  const isFar = unit === 'ratio' && Number.isFinite(value) && Math.abs(value - limit) > farRatio;
  const usual = isFar ? percent(value, 1) : formatValue(value, unit);
  if (value === limit || !Number.isFinite(value) || usual !== formatValue(limit, unit)) return usual;
  switch (unit) {
    case 'ratio':
      return `${Number((value * 100).toPrecision(9))} %`;
    case 'seconds':
      return limit >= 120 && value >= 1
        ? formatDuration(value * 1000)
        : `${Number((value * 1000).toPrecision(9))} ms`;
    default:
      return `${value.toLocaleString('en-US', { maximumSignificantDigits: 12 })} ${unit}`;
  }
}

/** A difference with its sign: `+12 ms`. */
export const formatDifference = (value: number, unit: Unit): string =>
  `${value < 0 ? '−' : '+'}${formatValue(Math.abs(value), unit)}`;

/** The 95 % interval of a difference: `95 % interval −4 ms to +20 ms`. */
export const formatInterval = (low: number, high: number, unit: Unit): string =>
  `95 % interval ${formatDifference(low, unit)} to ${formatDifference(high, unit)}`;
