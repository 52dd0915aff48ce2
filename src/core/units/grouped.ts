/**
 * A number as English readers group it, `12,345.678`, with at most so many decimals. Node's own formatter would say the
 * same, and keep 8 MB resident from its first number on.
 */
export function grouped(value: number, decimals = 3): string {
  if (value === Number.POSITIVE_INFINITY) return '∞';
  if (value === Number.NEGATIVE_INFINITY) return '-∞';
  if (Math.abs(value) >= 1e21) return String(value); // beyond that all digits but 17 would be made up
  const [whole = '', fraction = ''] = (
    Number.isInteger(value) ? String(value) : value.toFixed(decimals)
  ).split('.');
  const shown = fraction.replace(/0+$/, '');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${shown && `.${shown}`}`;
}
