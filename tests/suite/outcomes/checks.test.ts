import { beforeAll, expect, test } from 'vitest';
import { inOrder } from '../../support/in-order.ts';
import { check, definition, type Tried, told, tryOut } from '../run/suite-folder.ts';

const ids = Array.from({ length: 18 }, (_, index) => `T${String(index + 1).padStart(2, '0')}`);
const grafana = ['T09', 'T10', 'T11'];

/** One real run holds a check for each way in which a check can say something else than it seems. */
const source = `
${check('T01 counts')}
${check('T02 counts', 'expect(1).toBe(2)')}
${check('T04 counts')}${check('T04 counts')}
${check('T05 is renamed')}
test.skip('T06 counts', () => {});
test.todo('T07 counts');
${check('T08 counts', "skip('not declared: grafana')")}
${check('T09 counts', "skip('not declared: grafana')")}
${check('T10 counts', "skip('maintenance')")}
${check('T11 counts', 'skip()')}
let tries = 0;
test('T12 counts', { retry: 2 }, ({ measure }) => { measure(1); tries += 1; if (tries < 2) throw new Error('flaky'); });
test('T13 counts', () => {});
test('T14 counts', ({ measure }) => { measure(11); });
test.fails('T15 counts', ({ measure }) => { measure(1); throw new Error('down'); });
test('T16 counts', ({ measure }) => { measure(1, null); });
${check('T17 counts', "throw new UnknownOutcome('too little evidence')")}
${check('T18 counts', "expect.soft(1).toBe(2); throw new UnknownOutcome('too little evidence')")}
`;

let tried: Tried;
beforeAll(async () => {
  tried = await tryOut({
    files: { 'a.suite.mjs': source },
    catalogue: ids.map((id) => definition(id, grafana.includes(id) ? ['grafana'] : [])),
  });
});

test.for([
  ['a check that measured and met its limit', 'T01', 'pass', undefined],
  ['a failing check', 'T02', 'fail', 'expected 1 to be 2 // Object.is equality'],
  ['a check that is not there', 'T03', 'unknown', 'missing from the run'],
  ['a check that is there twice', 'T04', 'unknown', 'there is more than one T04'],
  [
    'a renamed check',
    'T05',
    'unknown',
    expect.stringMatching(inOrder('“T05 is renamed”', 'catalogue', '“T05 counts”')),
  ],
  ['test.skip', 'T06', 'unknown', 'skipped without a declared reason'],
  ['test.todo', 'T07', 'unknown', 'skipped without a declared reason'],
  [
    'a skip that calls a declared component undeclared',
    'T08',
    'unknown',
    'skipped without a declared reason: not declared: grafana',
  ],
  ['a skip of a component that is not declared', 'T09', 'skipped', 'not declared: grafana'],
  ['a skip for another reason', 'T10', 'unknown', 'skipped without a declared reason: maintenance'],
  ['a skip without a reason', 'T11', 'unknown', 'skipped without a declared reason'],
  ['a retry that passed', 'T12', 'unknown', 'passed only after a retry'],
  ['a check that returns before it measures', 'T13', 'unknown', 'passed without measuring anything'],
  ['a pass against its own measurement', 'T14', 'unknown', 'passed although count 11 (must be < 10)'],
  ['test.fails', 'T15', 'unknown', 'passed because it is declared to fail'],
  [
    'a pass on a figure without a limit',
    'T16',
    'unknown',
    'passed without holding a measurement against a limit',
  ],
  ['a check that says it can’t judge', 'T17', 'unknown', 'too little evidence'],
] as const)('%s is %s: %s', ([, id, outcome, reason]) => {
  expect(tried.of[id]?.outcome).toBe(outcome);
  expect(tried.of[id]?.reason?.split('\n', 1)[0]).toEqual(reason);
});

test('a check that failed before it said it can’t judge is a failure', () => {
  expect(tried.of.T18).toMatchObject({ outcome: 'fail', executed: true });
});

test('only what ran to its end is executed', () => {
  const executed = tried.outcomes.filter(({ executed }) => executed).map(({ id }) => id);
  expect(executed).toEqual(['T01', 'T02', 'T12', 'T13', 'T14', 'T15', 'T16', 'T17', 'T18']);
});

test('the measurements of a check reach its outcome', () => {
  expect(tried.of.T14?.measurements).toEqual([
    { name: 'count', value: 11, unit: 'count', bound: { operator: '<', value: 10 } },
  ]);
});

test('with all of that the run fails, and nothing stands for a pass but T01', () => {
  expect(tried.exitCode).toBe(1);
  const passed = told(tried).filter((line) => line.includes(' pass'));
  expect(passed.map((line) => line.split(':', 1)[0])).toEqual([
    'T01 pass',
    'T12 unknown',
    'T13 unknown',
    'T14 unknown',
    'T15 unknown',
    'T16 unknown',
  ]);
});
