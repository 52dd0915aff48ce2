import { expect, test } from 'vitest';
import { catalogue } from '../../../health-tests/catalogue.ts';
import type { CheckDefinition } from '../../../src/core/catalogue/check-definition.ts';
import { renderSummary } from '../../../src/views/summary/render-summary.ts';
import { inOrder } from '../../support/in-order.ts';
import { options, passed, record, recorded, skipped } from './record.ts';

const render = (...[cycle, more]: [Parameters<typeof renderSummary>[0], Partial<typeof options>?]) =>
  renderSummary(cycle, recorded, { ...options, ...more });

/** The tables above the verdict, and the verdict with what it says. */
function parts(text: string): { table: string; verdict: string } {
  const at = text.search(/^ *(PASS|FAIL|INCONCLUSIVE) /m);
  return { table: text.slice(0, at), verdict: text.slice(at) };
}

test('a cycle that passed reads so', () => {
  const none = skipped('C01', { title: 'Prometheus', group: 'monitoring' });
  const { table, verdict } = parts(render(record([passed('H01'), passed('H02'), none]), { embedded: true }));
  expect(table).toMatchInlineSnapshot(`
    "
    Vigil  Genesis (embedded) at http://target  2026-01-01T00:00:00.000Z

      ✓ health                  2 of  2    0.8 s
      – continuous monitoring   0 of  0    0.0 s  not declared: C01 Prometheus

      ✓ pass rate    100 %      ≥ 95 %     2 of 2 checks, this cycle

    "
  `);
  expect(verdict).toMatch(inOrder('PASS', '2 passed, 1 not declared', '7.0 s', 'One cycle is not a trend'));
  expect(verdict).toMatch(/^Written: reports\/metrics\.prom$/m);
});

test('a skip that is meant is called a skip, by the short name of its check', () => {
  const meant = skipped('pytest › test_shop › test_docker', {
    shown: 'test_shop › test_docker',
    title: 'test_docker',
    reason: 'skipped: needs Docker (accepted: there is none)',
  });
  const { table, verdict } = parts(render(record([passed('H01'), meant])));
  expect(table).toContain('skipped: test_shop › test_docker\n');
  expect(verdict).toMatch(inOrder('PASS', '1 passed, 1 skipped in'));
});

test('a failure is told with its reason, its rank and what to do next', () => {
  const fail = passed('H11', {
    title: 'one operation within the SLO',
    outcome: 'fail',
    reason: 'median latency 347 ms (must be < 200 ms, n = 5); next: count again',
  });
  const { table, verdict } = parts(render(record([passed('H01'), fail])));
  expect(table).toMatchInlineSnapshot(`
    "
    Vigil  Genesis at http://target  2026-01-01T00:00:00.000Z

      ✗ health       1 of  2    0.8 s

      ✗ pass rate    50 %       ≥ 95 %     1 of 2 checks, this cycle

      ✗ H11 one operation within the SLO  critical P1
        median latency 347 ms (must be < 200 ms, n = 5)
        → count again

    "
  `);
  expect(verdict).toMatch(
    inOrder(
      'FAIL',
      '1 passed, 1 failed',
      '7.0 s',
      'Do not scale up',
      'First (P1): H11',
      '347 ms',
      'count again',
    ),
  );
});

test('what failed first is named with the command that runs it alone', () => {
  const fail = passed('C07', { title: 'P95 SLO', outcome: 'fail', reason: 'P95 latency 441 ms' });
  const suite = { root: process.cwd(), command: undefined };
  expect(render(record([passed('H01'), fail]), { suite })).toMatch(
    /^Run it alone: npx vitest run -t C07 health-tests\/\S+\.test\.ts \(health-tests\/\S+:\d+.*\)$/m,
  );
  expect(render(record([passed('H01'), fail]))).not.toContain('Run it alone');
  expect(render(record([passed('H01')]), { suite })).not.toContain('Run it alone');
});

test('an unknown is no pass and says why', () => {
  const unknown = passed('H02', { outcome: 'unknown', executed: false, reason: 'missing from the run' });
  const { table, verdict } = parts(render(record([passed('H01'), unknown])));
  expect(table).toMatchInlineSnapshot(`
    "
    Vigil  Genesis at http://target  2026-01-01T00:00:00.000Z

      ? health       1 of  2    0.8 s

      ✗ pass rate    50 %       ≥ 95 %     1 of 2 checks, this cycle

      ? H02 counts · unknown  critical P1
        missing from the run
        → count again

    "
  `);
  expect(verdict).toMatch(
    inOrder('INCONCLUSIVE', '1 passed, 1 unknown', '7.0 s', 'Do not scale up', 'unknown is not a pass'),
  );
});

test.each(['R01', 'R02', 'R03'])('%s asks for a rollback when it is red, and not when nobody knows', (id) => {
  const definition = catalogue.filter((check) => check.id === id)[0] as CheckDefinition;
  const told = (outcome: 'fail' | 'unknown') =>
    render(record([{ ...passed(id, { outcome, reason: 'why' }), definition }]), { width: 200 });
  expect(told('fail')).toContain('→ roll back to the previous release');
  expect(told('unknown')).not.toContain('roll back');
  expect(told('unknown')).toContain('this speaks neither for nor against a rollback');
});

test('a problem that no check carries makes the cycle inconclusive and is told', () => {
  const text = render(
    record([passed('H01')], { problems: ['“T99 is new” is not in the catalogue (passed)'] }),
  );
  expect(text).toContain('! “T99 is new” is not in the catalogue (passed)');
  expect(text).toContain('INCONCLUSIVE  1 passed in 7.0 s');
  expect(text).not.toMatch(/^PASS/m);
});

test('a warning of the recorder is told', () => {
  const warned = { files: [], warnings: ['snapshot could not be written: no space'] };
  const text = renderSummary(record([passed('H01')]), warned, options);
  expect(text).toContain('! snapshot could not be written: no space');
  expect(text).toContain('Written: nothing');
});

test('a suite without a catalogue is not said to have measured', () => {
  const { definition: _, ...bare } = passed('c › one');
  expect(render(record([bare]))).toContain('Every case of the suite passed');
});

test('of a suite of which one case measured the rest is not said to have measured', () => {
  const { definition: _, ...bare } = passed('c › one');
  const text = render(record([passed('H01'), bare, { ...bare, id: 'c › two' }]));
  expect(text).toContain('1 of 3 measured a value');
  expect(text).not.toContain('Every declared check passed');
});

test('a shard without a declared check is told as a shard', () => {
  const { definition: _, ...bare } = passed('c › one');
  expect(render(record([bare], { catalogueSize: 3 }))).toContain('this shard');
});

const live = (outcome: 'pass' | 'unknown' | 'fail', value: number) =>
  passed('C06', {
    outcome,
    reason: 'a reason',
    measurements: [
      {
        name: 'live error ratio',
        value,
        unit: 'ratio',
        bound: { operator: '<', value: 0.001 },
        sample: 50,
        note: '5s',
      },
    ],
  });

test.for([
  ['✓', 'pass', 0],
  ['✗', 'fail', 0.02],
  ['?', 'unknown', 0],
  ['?', 'unknown', Number.NaN],
] as const)('an objective has the sign %s when its check is %s at %d', ([sign, outcome, value]) => {
  expect(render(record([live(outcome, value)]))).toMatch(new RegExp(`^  [${sign}] error ratio`, 'm'));
});

test('a hostile name, reason or target writes no line and no escape sequence of its own', () => {
  const name = '\u001b[2K\rinnocent\nPASS  36 passed in 1.0 s';
  const { definition: _, ...bare } = passed(name, {
    title: name,
    group: `g\n✓ everything`,
    outcome: 'fail',
    reason: 'x\u001b[31m\nPASS  36 passed',
  });
  const text = render(record([bare], { problems: [`\u001b]0;owned\u0007 ${name}`] }));
  expect([...text].filter((char) => ['\u001b', '\r', '\u0007'].includes(char))).toEqual([]);
  expect(text.split('\n').filter((line) => /^(PASS|✓)/.test(line))).toEqual([]);
  expect(text).toMatch(/^FAIL {2}0 passed, 1 failed/m);
});

test.for([60, 80, 120])('no reason is wider than %d columns', (width) => {
  const reason = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
  const fail = passed('H02', { outcome: 'fail', reason });
  const lines = render(record([fail], { problems: [reason] }), { width }).split('\n');
  expect(
    lines
      .filter((line) => line.startsWith('    ') || line.startsWith('  !'))
      .filter((line) => line.length > width),
  ).toEqual([]);
});

test('a very long reason is cut after six lines', () => {
  const fail = passed('H02', { outcome: 'fail', reason: 'word '.repeat(2000) });
  expect(render(record([fail])).split('\n').length).toBeLessThan(30);
});
