import { expect, test } from 'vitest';
import type { JUnitCase } from '../../../src/suite/junit/types.ts';
import { caseKeys, eventKey } from '../../../src/suite/outcomes/judge-bare-case.ts';
import type { CollectedEvent } from '../../../src/suite/run/events.ts';

const collected = (project: string): CollectedEvent => ({
  type: 'collected',
  project,
  file: 'own.check.ts',
  position: 0,
  fullName: 'adds',
  tags: [],
  definition: undefined,
});

/** A case of a report in which suites are files alone, as Vitest 4 writes it. */
const entry: JUnitCase = {
  name: 'adds',
  suites: ['own.check.ts'],
  outcome: 'passed',
  failures: [],
  flaky: 0,
  properties: [],
  line: 1,
};

test('a suite that the report names without its project is the file of the only project that has it', () => {
  const only = collected('health-tests');
  expect(caseKeys([entry], [only]).get(entry)).toBe(eventKey(only));
});

test('of two projects with that file it is none', () => {
  const both = [collected('a'), collected('b')];
  expect(both.map(eventKey)).not.toContain(caseKeys([entry], both).get(entry));
});
