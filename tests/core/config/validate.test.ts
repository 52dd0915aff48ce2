import { expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { mistake } from './mistake.ts';

const target = { orchestration: 'http://h' };
const circular: Record<string, unknown> = {};
circular.self = circular;

test.for<[string, unknown, string | RegExp]>([
  ['no object', 'http://h', 'the configuration: expected object; came "http://h"'],
  ['null', null, 'the configuration: expected object; came null'],
  ['a function', () => ({}), 'the configuration: expected object; came a function'],
  ['a Map', new Map(), 'the configuration: expected a plain object; came a Map'],
  ['a Map inside', { suite: new Map() }, 'suite: expected a plain object; came a Map'],
  ['a promise inside', { suite: Promise.resolve() }, 'suite: expected a plain object; came a Promise'],
  ['an unknown key', { tagret: target }, 'unknown key "tagret". Did you mean "target"?'],
  ['a key that is like none', { zzzzzz: 1 }, /unknown key "zzzzzz"(?!\. Did)/],
  [
    'an unknown key inside',
    { target: { ...target, planer: 'http://h' } },
    'target: unknown key "planer". Did you mean "planner"?',
  ],
  [
    'a number without its unit',
    { interval: 5 },
    /interval: .*5 means 5 ms here: did you mean "5m"\?; came 5/,
  ],
  ['a text without its unit', { timeout: '90' }, /timeout: .*did you mean "90s"\?; came "90"/],
  ['a missing URL', { target: {} }, /target\.orchestration: .*target\.url .*; came nothing/],
  [
    'another protocol',
    { target: { orchestration: 'ftp://h' } },
    'expected an http:// or https:// URL; came "ftp://h"',
  ],
  ['an interval that is none', { interval: 'soon' }, /interval: .*"90s", "5m" or "48h"; came "soon"/],
  ['an interval of nothing', { interval: 0 }, 'interval: expected a duration'],
  ['an interval that is a BigInt', { interval: 5n }, /interval: .*"90s", "5m" or "48h"; came "5n"/],
  [
    'a time longer than a timer',
    { interval: '40d', timeout: '30d' },
    'interval: expected at most 24 days; came "40d"',
  ],
  [
    'a time-out as long as the interval',
    { interval: '2m', timeout: '2m' },
    /timeout: .*less than .*\(120000 ms\).*; came "2m"/,
  ],
  [
    'a default time-out over the interval',
    { interval: '1m' },
    'timeout: expected less than the interval (60000 ms)',
  ],
  [
    'an object that holds itself',
    { name: circular },
    'name: expected string; came an object that holds itself',
  ],
  [
    'a command that is text',
    { suite: { command: 'npm test' } },
    'suite.command: expected array; came "npm test"',
  ],
  ['an empty command', { suite: { command: [] } }, /: \["npm", "run", "smoke"\]; came \[\]/],
  [
    'a command that reports nowhere',
    { suite: { command: ['npm', 'test'] } },
    /suite\.junit: .*"-" for stdout.*\{junit\}.*; came nothing/,
  ],
  [
    'a smoke suite that reports nowhere',
    { target: { ...target, smoke: { command: ['x'] } } },
    'target.smoke.junit: expected the path of the report',
  ],
  [
    'traces of two kinds',
    { target: { ...target, traces: { jaeger: 'http://j', tempo: 'http://t' } } },
    /target\.traces: .*receiver: .*jaeger: .*tempo: /,
  ],
  [
    'a percentage over 100',
    { target: { ...target, flags: { key: 'k', percentage: 101 } } },
    /target\.flags\.percentage: .*<=100; came 101/,
  ],
  ['a log that is no text', { target: { ...target, logs: [7] } }, 'target.logs[0]: expected string; came 7'],
  [
    'a prefix that is no metric name',
    { metricsPrefix: 'my-app' },
    /metricsPrefix: .*letters, digits and _; came "my-app"/,
  ],
  ['a signal that isn’t there', { thresholds: { latency: {} } }, 'thresholds'],
  [
    'a level that isn’t there',
    { thresholds: { latencyP95: { sloo: { value: 1 } } } },
    'thresholds.latencyP95: unknown key "sloo"',
  ],
  [
    'a limit that is no number',
    { thresholds: { latencyP95: { slo: { value: Number.NaN } } } },
    'thresholds.latencyP95.slo.value: expected number',
  ],
  [
    'an operator that isn’t one',
    { thresholds: { latencyP95: { slo: { operator: '=', value: 1 } } } },
    'thresholds.latencyP95.slo.operator',
  ],
])('%s is refused with its path, what was expected and what came', ([, input, says]) => {
  expect(mistake(input)).toMatch(says);
});

test('several mistakes are told together', () => {
  const text = mistake({ name: '', interval: 'soon', target: { orchestration: 'x' } });
  expect(text).toContain('3 mistakes');
  for (const path of ['name:', 'interval:', 'target.orchestration:']) expect(text).toContain(path);
});

test.for([
  ['a password', 'ftp://user:hunter2@host'],
  ['a password with @ and /', 'ftp://user:hun/ter@hunter2@host'],
  ['a token as the user', 'ftp://hunter2@host'],
  ['a token in the query', 'ftp://host/?access_token=hunter2&x=1'],
  ['a key in the query', 'ftp://host/?x=1&apiKey=hunter2'],
] as const)('%s in a URL is not shown', ([, url]) => {
  const inside = { target: { orchestration: url, traces: { jaeger: 'http://j', more: url } } };
  for (const text of [mistake(inside), mistake({ target: url }), mistake([url])]) {
    expect(text).not.toContain('hunter2');
    expect(text).toContain('host');
  }
});

test.for<[string, unknown]>([
  ['the environment of the suite', { suite: { env: ['TOKEN=hunter2'] } }],
  ['a variable of the suite', { suite: { env: { TOKEN: ['hunter2'] } } }],
  ['an environment inside what is shown', { suite: [{ env: { X: 'hunter2' } }] }],
  ['a password inside what is shown', { target: [{ password: 'hunter2' }] }],
])('%s is not shown', ([, input]) => {
  expect(mistake(input)).not.toContain('hunter2');
});

test('a long value is cut', () => {
  expect(mistake({ interval: 'x'.repeat(500) }).length).toBeLessThan(400);
});

test('what is kept may be kept for longer than a timer can wait', () => {
  expect(validateConfig({ retention: '90d' }, 'x').retention).toBe(90 * 86_400_000);
  expect(() => validateConfig({ retention: '3651d' }, 'x')).toThrow('expected at most 3650 days');
  expect(() => validateConfig({ sentinelInterval: '90d' }, 'x')).toThrow('expected at most 24 days');
});
