import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { catalogue } from '../../../health-tests/catalogue.ts';
import type { VigilConfigInput } from '../../../src/core/config/schema.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { criteriaDifferences, criteriaOf } from '../../../src/suite/identity/criteria.ts';

const of = (input: VigilConfigInput = {}, root = '', checks = catalogue) =>
  criteriaOf(validateConfig(input, 'a test'), { root, catalogue: input.suite ? undefined : checks });
const between = (now: VigilConfigInput, was: VigilConfigInput) => criteriaDifferences(of(now), of(was));

test('the hash is the same whatever the order of keys', () => {
  const one = of({
    thresholds: { latencyP95: { slo: { operator: '<', value: 0.3 } }, cpuUsed: { slo: { value: 0.7 } } },
  });
  const other = of({
    thresholds: { cpuUsed: { slo: { value: 0.7 } }, latencyP95: { slo: { value: 0.3, operator: '<' } } },
  });
  expect(one.hash).toBe(other.hash);
  expect(criteriaDifferences(one, other)).toEqual([]);
  expect(one.hash).not.toBe(of().hash);
});

test('what does not judge is no part of it: reports, probe, channels, a shard', () => {
  const other = of({ reports: 'elsewhere', probe: 'north', interval: '9m' });
  expect(other.hash).toBe(of().hash);
  const shard = (args: string[]) =>
    criteriaOf(validateConfig({ suite: { args } }, 'a test'), { root: '', catalogue });
  expect(shard(['--shard=1/3']).hash).toBe(shard(['--shard=2/3']).hash);
});

test.for<[string, VigilConfigInput, VigilConfigInput, string[]]>([
  [
    'a threshold with its unit',
    { thresholds: { latencyP95: { slo: { value: 0.5 } } } },
    {},
    ['latencyP95.slo < 500 ms, was < 200 ms'],
  ],
  [
    'how long it must hold',
    { thresholds: { passRate: { critical: { value: 0.98, forSeconds: 60 } } } },
    {},
    ['passRate.critical < 98 % for 1m, was < 98 % for 5m'],
  ],
  [
    'a limit that the other has not',
    { thresholds: { coverage: { slo: { operator: '>=', value: 0.9 } } } },
    {},
    ['coverage.slo ≥ 90 %, was no limit'],
  ],
  [
    'the command of a suite, and never what stands in it',
    { suite: { command: ['run', '--token=hunter2', '{junit}'] } },
    { suite: { command: ['run', '{junit}'] } },
    ['suite.command changed'],
  ],
  [
    'a probe that is there no more, a new one, and one that asks for something else',
    {
      probes: [
        { id: 'a', type: 'tcp', host: 'h', port: 1 },
        { id: 'c', type: 'tcp', host: 'h', port: 3 },
      ],
    },
    {
      probes: [
        { id: 'a', type: 'tcp', host: 'h', port: 2 },
        { id: 'b', type: 'tcp', host: 'h', port: 3 },
      ],
    },
    ['probe a changed', 'probe b gone', 'probe c new'],
  ],
])('a difference is named: %s', ([, now, was, said]) => {
  expect(between(now, was)).toEqual(said);
});

test('a check that is in one catalogue alone is a difference', () => {
  const [now, was] = [of(), of({}, '', catalogue.slice(1))];
  expect(criteriaDifferences(now, was)).toEqual(['catalogue changed']);
});

test('the sources of a suite count by name and content; what is no source, or installed, does not', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'vigil-suite-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  const now = () => of({ suite: { root } }, root);
  write('a.test.ts', 'test 1');
  write('support/b.ts', 'export {}');
  const before = now();
  write('notes.md', 'anything');
  write('node_modules/x/index.js', 'anything');
  write('.cache/x.js', 'anything');
  expect(now().hash).toBe(before.hash);
  write('support/b.ts', 'export { }');
  expect(criteriaDifferences(now(), before)).toEqual(['suite.root changed']);
});

test('a suite with more sources than are read at every cycle is not compared by them', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'vigil-suite-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (let index = 0; index <= 500; index += 1) writeFileSync(path.join(root, `${index}.ts`), '');
  expect(of({ suite: { root } }, root).suite).not.toHaveProperty(['suite.root']);
});
