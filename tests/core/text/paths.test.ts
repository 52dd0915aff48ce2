import { expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { below } from '../../../src/core/text/below.ts';
import { isJsonPath, valueAt } from '../../../src/core/text/json-path.ts';

test.for([
  ['https://beats.test/id', '/fail', 'https://beats.test/id/fail'],
  ['https://beats.test/id/?rid=7&x=%2F', '/start', 'https://beats.test/id/start?rid=7&x=%2F'],
  ['https://beats.test/id?rid=7', '', 'https://beats.test/id?rid=7'],
  [
    'https://store.test?tenant=a',
    '/api/v1/rules?type=alert',
    'https://store.test/api/v1/rules?type=alert&tenant=a',
  ],
  ['https://beats.test?', '/start', 'https://beats.test/start'],
] as const)('%s and %s', ([address, path, expected]) => {
  expect(below(address, path)).toBe(expected);
});

const document = {
  status: 'pass',
  'build.sha': 'abc',
  'db-main': [{ up: true }, { up: false }],
  '@type': 'shop',
  7: 'seven',
  checks: [
    { name: 'db', state: 'ok' },
    { name: 'queue', state: 'late' },
  ],
};

test.for<[string, unknown]>([
  ['$.status', 'pass'],
  ['status', 'pass'],
  ["$['build.sha']", 'abc'],
  ['["build.sha"]', 'abc'],
  ['$.build.sha', undefined],
  ['db-main[1].up', false],
  ['$.db-main.0.up', true],
  ['@type', 'shop'],
  ['$.7', 'seven'],
  ["$.checks[?@.name=='queue'].state", 'late'],
  ['$..state', 'ok'],
  ['$.checks[-1].name', 'queue'],
  ['$', document],
  ['$.nothing.here', undefined],
  ['$.__proto__', undefined],
])('%s', ([path, expected]) => {
  expect(valueAt(document, path)).toEqual(expected);
});

test('what is no path is refused where it is configured', () => {
  expect([isJsonPath('$[?@.a'), isJsonPath('$.a[?(@.b]')]).toEqual([false, false]);
  const probe = (json: object) => () =>
    validateConfig({ probes: [{ type: 'http', url: 'http://shop.test/', json }] }, 'test');
  expect(probe({ '$[': 1 })).toThrow(/probes\[0\]\.json: expected a path such as .*RFC 9535/);
  expect(probe({ 'a-b.c': 1, "$['x.y']": 2 })).not.toThrow();
});
