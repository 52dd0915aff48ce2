import { expect, test } from 'vitest';
import { faultCatalogue } from '../../fixtures/genesis/faults.ts';
import { catalogue } from '../../health-tests/catalogue.ts';
import { scenarios } from '../../health-tests/drill/index.ts';

test('every check has two faults that must make it fail', () => {
  const failing = scenarios
    .filter(({ around }) => !around)
    .flatMap(({ intended }) => intended.filter(({ as }) => as !== 'not-pass'));
  const once = catalogue.filter(({ id }) => failing.filter(({ check }) => check === id).length < 2);
  expect(once.map(({ id }) => id)).toEqual([]);
});

test('every fault of the reference target is put in by the drill', () => {
  const names = scenarios.map(({ name }) => name);
  for (const { name } of faultCatalogue) {
    expect(names.some((scenario) => scenario === name || scenario.startsWith(`${name} (`))).toBe(true);
  }
});

test('scenarios have names of their own, and name only checks of the catalogue', () => {
  const ids = catalogue.map(({ id }) => id);
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  for (const { intended, collateral = [] } of scenarios) {
    for (const id of [...intended.map(({ check }) => check), ...collateral]) expect(ids).toContain(id);
  }
});
