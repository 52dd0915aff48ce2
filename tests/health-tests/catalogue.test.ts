import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../health-tests/catalogue.ts';
import { components, groups, testTitle } from '../../src/core/catalogue/check-definition.ts';
import { resolveThreshold, thresholds } from '../../src/core/thresholds/thresholds.ts';

const folder = new URL('../../health-tests/', import.meta.url);
const ids = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index + 1).padStart(2, '0')}`);

test('the catalogue is the 36 checks of the specification, in their order', () => {
  expect(catalogue.map(({ id }) => id)).toEqual([
    ...ids('H', 14),
    ...ids('M', 3),
    ...ids('S', 3),
    ...ids('C', 13),
    ...ids('R', 3),
  ]);
  expect(groups.map((group) => catalogue.filter((check) => check.group === group).length)).toEqual([
    14, 3, 3, 13, 3,
  ]);
});

test('every test of the suites is a check of the catalogue, in the file of its group, and each is there once', () => {
  const titles = groups.flatMap((group) => {
    const text = readFileSync(new URL(`${group}.test.ts`, folder), 'utf8');
    return [...text.matchAll(/^test(?:\.\w+)*\(\s*'([^']+)'/gm)].map((match) => `${group}: ${match[1]}`);
  });
  expect(titles).toEqual(catalogue.map((check) => `${check.group}: ${testTitle(check)}`));
});

test('there are no suites but the five', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  expect(files.sort()).toEqual(groups.map((group) => `${group}.test.ts`).sort());
});

test('no test of the suites is skipped, focused, expected to fail, repeated or given options of its own', () => {
  for (const group of groups) {
    const text = readFileSync(new URL(`${group}.test.ts`, folder), 'utf8');
    expect(text).not.toMatch(/\b(test|it|describe)\.(skip|only|todo|fails|skipIf|runIf|each|concurrent)/);
    expect(text).not.toMatch(/\b(retry|repeats|timeout):/);
  }
});

test('a check’s limit exists, its components are known, its priority fits its severity', () => {
  for (const { id, threshold, needs, severity, priority, next, measures, doesNotSee } of catalogue) {
    expect(doesNotSee, id).toMatch(/\w/);
    if (threshold) expect(() => resolveThreshold(structuredClone(thresholds), threshold), id).not.toThrow();
    expect(
      needs.every((component) => components.includes(component)),
      id,
    ).toBe(true);
    expect([severity, priority].join(' '), id).toMatch(/^(critical P[01]|warning P[23]|info P4)$/);
    expect(next.length * measures.length, id).toBeGreaterThan(0);
  }
});
