import { expect, test } from 'vitest';
import {
  absent,
  changes,
  gauge,
  max,
  minus,
  plus,
  quantile,
  rate,
  ratio,
  select,
  signalExpressions,
  sum,
  time,
  times,
  toPromQL,
} from '../../../src/signals/algebra/index.ts';

const x = gauge(select('x'));

test.each([
  [minus(minus(1, x), 2), '1 - x - 2'],
  [minus(1, minus(x, 2)), '1 - (x - 2)'],
  [ratio(plus(x, 1), x), '(x + 1) / x'],
  [plus(ratio(x, 2), 1), 'x / 2 + 1'],
  [ratio(x, times(x, 2)), 'x / (x * 2)'],
  [times(-2, x), '(-2) * x'],
  [minus(time(), x), 'time() - x'],
  [
    sum(rate(select('c', ['a', '=~', 'x|y']), 5400_000), 'a', 'b'),
    'sum by (a, b) (rate(c{a=~"x|y"}[1h30m]))',
  ],
  [
    quantile(0.99, select('h', ['a', '!=', '']), 60_000, 'a'),
    'histogram_quantile(0.99, sum by (a, le) (rate(h_bucket{a!=""}[1m])))',
  ],
  [absent(max(changes(select('g'), 3_600_000))), 'absent(max(changes(g[1h])))'],
  [ratio(1, Number.POSITIVE_INFINITY), '1 / +Inf'],
] as const)('%j is written as %s', (expression, text) => {
  expect(toPromQL(expression)).toBe(text);
});

test('a value can’t end the string that it stands in', () => {
  expect(toPromQL(gauge(select('x', ['path', '=', 'a"} or vector(1) # \\ \n'])))).toBe(
    'x{path="a\\"} or vector(1) # \\\\ \\n"}',
  );
});

test('every signal has a name, a query, and the prefix of the target', () => {
  const named = signalExpressions({ prefix: 'shop', windowMs: 60_000, services: 'shop' });
  for (const [name, expression] of Object.entries(named)) {
    expect.soft(toPromQL(expression), name).not.toContain('genesis');
    expect.soft(JSON.parse(JSON.stringify(expression))).toEqual(expression);
  }
  expect(toPromQL(named.latencyP99)).toBe(
    'histogram_quantile(0.99, sum by (le) (rate(shop_operation_duration_seconds_bucket[1m])))',
  );
});
