import { expect, test } from 'vitest';
import { parseJUnit } from '../../../src/suite/junit/parse.ts';
import { reasonOf } from '../../../src/suite/outcomes/reason.ts';
import { recorded } from '../junit/corpus.ts';

const of = (inside: string, attributes = 'classname="pkg" name="TestB"') => {
  const [entry] = parseJUnit(
    `<testsuite name="s"><testcase ${attributes}>${inside}</testcase></testsuite>`,
  ).cases;
  return entry && reasonOf(entry);
};
const first = (inside: string, attributes?: string) => of(inside, attributes)?.split('\n', 1)[0];

test.for([
  [
    'go',
    '<failure message="Failed">=== RUN TestB\n    a_test.go:4: database is gone\n--- FAIL: TestB (0.00s)</failure>',
    'a_test.go:4: database is gone',
  ],
  [
    'googletest',
    '<failure message="t.cc:9&#10;Expected equality of these values:&#10;  1&#10;  2">t.cc:9</failure>',
    'Expected equality of these values:',
  ],
  [
    'Playwright',
    '<failure message="basket.spec.ts:4:1 TestB">[chromium] › basket.spec.ts:4:1 › TestB ───\n\n  Error: expected 2 items</failure>',
    'Error: expected 2 items',
  ],
  [
    'unittest',
    '<failure message="1 != 2">Traceback (most recent call last):\n  File "a.py", line 3, in t</failure>',
    '1 != 2',
  ],
  [
    'unittest without a message',
    '<error>Traceback (most recent call last):\n  File "a.py", line 3\nKeyError: 7</error>',
    'KeyError: 7',
  ],
  ['a message that tells', '<failure message="it is down">at a.ts</failure>', 'it is down'],
  ['nothing that tells', '<failure message="Failed">TestB</failure>', 'Failed'],
  ['the second failure', '<failure message="Failed"/><error message="no disk"/>', 'no disk'],
] as const)('the first line that tells something is the reason: %s', ([, inside, expected]) => {
  expect(first(inside)).toBe(expected);
});

test('nothing that was said is lost, and the place is told at the end', () => {
  expect(of('<failure message="Failed">=== RUN TestB\na_test.go:4: gone</failure>')).toBe(
    'a_test.go:4: gone\nFailed\n=== RUN TestB',
  );
  const stack =
    'Error: down\n  at f (/srv/node_modules/x/y.js:1:2)\n  at pay (/srv/shop/pay.js:3:1)\n  at z (/srv/z.js:1:1)';
  expect(of(`<failure message="down">${stack}</failure>`)).toBe('down\nat pay (/srv/shop/pay.js:3:1)');
  expect(of('<failure/>')).toBeUndefined();
});

test('a report of the field names the cause, not that it failed', () => {
  const [entry] = parseJUnit(recorded('field/go-message-is-failed.xml')).cases;
  expect(entry && reasonOf(entry)?.split('\n', 1)[0]).toBe('a_test.go:4: database is gone');
});
