import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cycleSignals } from '../../../src/alerts/signals/cycle-signals.ts';
import { parseExposition } from '../../../src/clients/exposition/parse.ts';
import { sumOf } from '../../../src/clients/exposition/query.ts';
import {
  addToTotals,
  type TestTotals,
  writeMetricsFile,
} from '../../../src/monitor/metrics/cycle-metrics.ts';
import type { CheckOutcome, Outcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { promtool } from './promtool.ts';

function reports(): string {
  const made = mkdtempSync(path.join(os.tmpdir(), 'vigil-metrics-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const check = (id: string, outcome: Outcome, more: Partial<CheckOutcome> = {}): CheckOutcome => ({
  id,
  title: id,
  group: 'health',
  outcome,
  executed: outcome !== 'skipped',
  measurements: [],
  durationMs: 250,
  ...more,
});

const none = { total: 0, passed: 0, failed: 0, skipped: 0 };

function write(folder: string, outcomes: CheckOutcome[], totals: TestTotals = none) {
  const measured = {
    startedAt: new Date('2026-01-01T00:00:00Z'),
    target: { name: 'Shop production' },
    durationMs: 7000,
    outcomes,
    signals: cycleSignals(outcomes),
  };
  const text = readFileSync(writeMetricsFile(folder, 'genesis', measured, totals), 'utf8');
  const exposition = parseExposition(text);
  return {
    text,
    value: (name: string, labels: Record<string, string> = {}) =>
      sumOf(exposition, name, (found) =>
        Object.entries(labels).every(([key, value]) => found[key] === value),
      ),
  };
}

const mixed = [check('H01', 'pass'), check('H02', 'fail'), check('H03', 'unknown'), check('C01', 'skipped')];

test('promtool finds nothing to say about the file', { tags: ['promtool'] }, () => {
  const { text } = write(reports(), [...mixed, check('R01', 'fail', { group: 'rollback' })]);
  expect(promtool(text)).toEqual([]);
});

test('every series says of which deployment it is', () => {
  const { text } = write(reports(), mixed);
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(series.length).toBeGreaterThan(10);
  for (const line of series) expect.soft(line).toContain('deployment="shop-production"');
});

test('a check says of whom it tells, whatever comes of it', () => {
  const definition = { service: 'api', instance: '10.0.0.1:80' } as CheckOutcome['definition'];
  const all = (['pass', 'fail', 'unknown', 'skipped'] as const).map((one) => check(one, one, { definition }));
  const { text } = write(reports(), [...all, check('alone', 'pass')]);
  const series = text.split('\n').filter((line) => /^vigil_check_(status|duration_seconds)\{/.test(line));
  expect(series).toHaveLength(10);
  for (const line of series)
    expect
      .soft(/service="api"/.test(line) && /instance="10.0.0.1:80"/.test(line))
      .toBe(!line.includes('alone'));
});

test('each outcome has its number, and the signals are those of the cycle', () => {
  const { value } = write(reports(), mixed);
  expect(['H01', 'H02', 'H03', 'C01'].map((id) => value('vigil_check_status', { check: id }))).toEqual([
    1, 0, 2, 3,
  ]);
  expect(value('genesis_test_pass_rate')).toBeCloseTo(1 / 3);
  expect(value('vigil_coverage_ratio')).toBe(0.75);
  expect(value('vigil_cycle_duration_seconds')).toBe(7);
  expect(value('vigil_last_cycle_timestamp_seconds')).toBe(Date.UTC(2026, 0, 1) / 1000 + 7);
  expect(value('vigil_check_duration_seconds', { check: 'H01' })).toBe(0.25);
});

test('counters are those that were counted; an unknown is executed, neither passed nor failed', () => {
  const { value } = write(
    reports(),
    mixed,
    addToTotals({ total: 6, passed: 2, failed: 2, skipped: 2 }, cycleSignals(mixed)),
  );
  const counters = ['total', 'passed_total', 'failed_total', 'skipped_total'].map((name) =>
    value(`genesis_tests_${name}`),
  );
  expect(counters).toEqual([9, 3, 3, 3]);
});

test('where nothing was judged no pass rate is claimed', () => {
  expect(write(reports(), [check('C01', 'skipped')]).value('genesis_test_pass_rate')).toBeUndefined();
});

test('a failed trigger asks for the rollback, of a pending one nothing is said', () => {
  const triggers = [check('R01', 'fail'), check('R02', 'unknown'), check('R03', 'pass')];
  const { value } = write(reports(), triggers);
  const asked = ['error_ratio', 'pass_rate', 'latency_p95'].map((trigger) =>
    value('vigil_rollback_required', { trigger }),
  );
  expect(asked).toEqual([1, undefined, 0]);
});

test('two cases of one name are one series with the worse outcome, so that the file stays readable', () => {
  const { text, value } = write(reports(), [
    check('same', 'pass'),
    check('same', 'fail'),
    check('same', 'pass'),
  ]);
  expect(text.match(/vigil_check_status\{/g)).toHaveLength(1);
  expect(value('vigil_check_status')).toBe(0);
});

test('a hostile name stays a label and makes no line of its own', () => {
  const name = 'a"} 1\ngenesis_test_pass_rate 1\n\\';
  const { value } = write(reports(), [check(name, 'fail')]);
  expect(value('vigil_check_status', { check: name })).toBe(0);
  expect(value('genesis_test_pass_rate')).toBe(0);
});
