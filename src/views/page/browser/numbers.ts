export type Unit = 'ratio' | 'seconds';

/** A value on an axis or beside a line; the server writes all others. */
export function valueText(value: number | null | undefined, unit: Unit) {
  if (value === null || value === undefined) return 'no data';
  if (unit === 'ratio') {
    const percent = value * 100;
    if (percent === 0) return '0 %';
    // A miss is never rounded up to 100 %.
    if (percent < 100 && percent >= 99.95) return '99.9 %';
    return `${Number(percent.toFixed(percent < 1 ? 2 : 1))} %`;
  }
  return value >= 1 ? `${Number(value.toPrecision(3))} s` : `${Number((value * 1000).toPrecision(3))} ms`;
}
