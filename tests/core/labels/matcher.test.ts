import { expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { matches, parseMatchers } from '../../../src/core/labels/matcher.ts';

test.for([
  ['code=~"(?i)5xx|err"', '5XX', true],
  ['code=~"(?P<class>5)\\\\d\\\\d"', '503', true],
  ['code!~"(?s)a.b"', 'a\nb', false],
  ['code=~"5"', '503', false],
] as const)('RE2’s %s', ([text, code, expected]) => {
  expect(matches({ code }, parseMatchers(text))).toBe(expected);
});

test.for([
  ['a(?U)b', '\\(\\?U\\) is not supported; only \\(\\?i\\)'],
  ['a(?-s:b)(?i)', '\\(\\?'],
  ['a(b', 'not a regular expression'],
] as const)('the pattern %s is refused with a sentence', ([pattern, why]) => {
  expect(() => parseMatchers(`code=~"${pattern}"`)).toThrow(
    new RegExp(`the pattern .* can’t be read: .*${why}`),
  );
  const traffic = { operations: `x_total{code=~"${pattern}"}`, errors: 'y_total' };
  const services = { shop: { url: 'http://shop.test', metrics: '/metrics', traffic } };
  expect(() => validateConfig({ services, probes: [{ type: 'http', url: '/' }] }, 'test')).toThrow(
    /the pattern .* can’t be read/,
  );
});
