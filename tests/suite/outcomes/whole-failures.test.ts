import { expect, test } from 'vitest';
import { passRateReading } from '../../../src/alerts/rules/observe-rollback.ts';
import { cycleSignals } from '../../../src/alerts/signals/cycle-signals.ts';
import { isKeptBy } from '../../../src/suite/outcomes/whole-failure.ts';
import { tryOut } from '../run/suite-folder.ts';

const files = {
  'login.suite.mjs': `beforeAll(() => { throw new Error('login answered 500'); });
    describe('as anna', () => { test('books', () => {}); }); test('pays', () => {});`,
  'group.suite.mjs': `describe('cart', () => { beforeAll(() => { throw new Error('no cart'); });
    describe('full', () => { test('counts', () => {}); }); test('adds', () => {}); }); test('greets', () => {});`,
};

test.for([
  ['', 'login.suite.mjs › pays'],
  [`projects: [{ extends: true, test: { name: 'desktop' } }],`, 'desktop › login.suite.mjs › pays'],
] as const)(
  'of a file and a group whose set-up fails, each check is lost by one failure: %s',
  async ([config, pays], { expect }) => {
    const { outcomes, of } = await tryOut({ catalogue: undefined, files, config });
    const failed = outcomes.filter(({ outcome }) => outcome === 'fail');
    const lost = outcomes.filter(({ outcome }) => outcome === 'unknown');
    expect(failed).toHaveLength(2);
    expect(of[pays]?.outcome).toBe('unknown');
    expect(lost).toHaveLength(4);
    for (const { id } of lost) expect(failed.filter((failure) => isKeptBy(failure.id, id))).toHaveLength(1);
    const passed = outcomes.filter(({ outcome }) => outcome === 'pass');
    expect(passed.filter(({ id }) => failed.some((failure) => isKeptBy(failure.id, id)))).toEqual([]);
  },
);

test('the pass rate of the trigger is that of the cycle where what is unknown was lost by a failure', async () => {
  const { outcomes } = await tryOut({ catalogue: undefined, files });
  const { passRate } = cycleSignals(outcomes);
  const bound = { operator: '<', value: 0.9 } as const;
  expect(passRate).toBeCloseTo(1 / 7);
  expect(passRateReading(outcomes, bound, () => false)).toEqual({ state: 'breached', value: passRate });
});

test.for([
  ['pytest › test_import', 'pytest › test_import › test_card', true],
  ['pytest › test_import', 'pytest › test_import_again › test_card', false],
  ['import.test.js › Test suite failed to run › import.test.js', 'import.test.js › adds', true],
  ['example.org/shop › TestMain', 'example.org/shop › TestPays', true],
  ['example.org/shop › [build failed]', 'example.org/shop › TestPays', true],
  ['example.org/shop › [build failed]', 'example.org/shop/cart › TestAdds', false],
  ['/repo/import.test.js › test › import.test.js', '/repo/import.test.js › test › adds', true],
  [
    'cart.spec.js › cart › "before all" hook for "adds" › cart "before all" hook for "adds"',
    'cart.spec.js › cart › adds › cart adds',
    true,
  ],
  ['cart.test.js › Failure › adds', 'cart.test.js › Failure › adds › twice', true],
  ['cart.test.js › Failure › adds', 'cart.test.js › pays', false],
  ['demo.SetUpTest', 'demo.SetUpTest › pays', true],
  ['cart.test.js › adds', 'cart.test.js › adds twice', false],
] as const)('%s keeps %s from running: %s', ([failure, check, isKept]) => {
  expect(isKeptBy(failure, check)).toBe(isKept);
});
