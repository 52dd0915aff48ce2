import { expect, test } from 'vitest';
import { alertText, alertTextForPrometheus } from '../../../src/alerts/rules/alert-text.ts';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import { type ThresholdTable, thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { inOrder } from '../../support/in-order.ts';

const table: ThresholdTable = structuredClone(thresholds);
const rules = alertRules(table);
const named = (name: string) => {
  const rule = rules.find((one) => one.name === name);
  if (!rule) throw new Error(name);
  return rule;
};

test('a person reads the value beside its limit, in units', () => {
  expect(alertText(named('HighLatencyP95'), { value: 0.412, labels: {} })).toEqual({
    summary: 'P95 latency 412 ms (> 200 ms)',
    description: expect.stringMatching(inOrder('One operation in 20', '412 ms or longer', '> 200 ms', '5m')),
  });
  expect(alertText(named('ErrorBudgetFastBurn'), { value: 20, labels: {} }).summary).toMatch(
    inOrder('error budget', '20 times', '> 14.4'),
  );
});

test('a value that is no longer past its limit is not said to be', () => {
  const over = alertText(named('HighLatencyP95'), { value: 0.1, labels: {} });
  expect(over.summary).toBe('P95 latency 100 ms (no longer > 200 ms)');
  const call = alertText(named('RollbackRequired'), { value: 1, labels: { trigger: 'pass_rate' } });
  expect(call.summary).toBe('Roll back: pass rate 100 % (no longer < 95 %) for 5m');
});

test('labels of the instance stand in the text', () => {
  const { summary } = alertText(named('IntermittentTestFailures'), { value: 4, labels: { check: 'H07' } });
  expect(summary).toBe('Check H07 flips: 4 changes within 1h');
  const required = (trigger: string, value: number) =>
    alertText(named('RollbackRequired'), { value, labels: { trigger } }).summary;
  expect(required('pass_rate', 2 / 3)).toBe('Roll back: pass rate 66.7 % (< 95 %) for 5m');
  expect(required('service_down', 0)).toBe('Roll back: a service of the target has been down for 2m');
});

test('a value that isn’t there is said to be unknown', () => {
  expect(alertText(named('HighErrorRate'), { labels: {} }).summary).toBe('Error ratio unknown (> 0.1 %)');
  const ofService = { labels: { service: 'api' }, value: 0.02 };
  expect(alertText(named('HighErrorRate'), ofService).summary).toBe('Error ratio 2 % at api (> 0.1 %)');
});

test('in Prometheus the same text has its tokens filled in there', () => {
  expect(alertTextForPrometheus(named('HighLatencyP95')).summary).toBe(
    'P95 latency {{ $value | humanizeDuration }}{{ with $labels.service }} at {{ . }}{{ end }} (> 200 ms)',
  );
  expect(alertTextForPrometheus(named('IntermittentTestFailures')).summary).toMatch(
    inOrder('{{ $labels.check }}', '{{ $value | humanize }} changes', '1h'),
  );
});

test('what a rule does not have is said to be none, unknown or one reading', () => {
  const nothing = { unit: undefined, limit: undefined, forSeconds: 0, spans: {} };
  const bare = { ...nothing, summary: '{limit}, {for}, {value}', description: '{label:check}' };
  const limit = { operator: '>', value: 3 } as const;
  expect(alertText(bare, { value: 4, labels: {} })).toEqual({
    summary: 'none, one reading, unknown',
    description: 'unknown',
  });
  expect(alertText({ ...bare, limit }, { value: 4, labels: {} }).summary).toContain('none, one reading');
  expect(alertText({ ...bare, unit: 'count' }, { value: 4, labels: {} }).summary).toBe(
    'none, one reading, 4',
  );
  expect(alertTextForPrometheus(bare)).toEqual({
    summary: 'none, one reading, {{ $value }}',
    description: '{{ $labels.check }}',
  });
});

test.each(rules)('$name leaves no token unfilled, here or in Prometheus', (rule) => {
  const labels = { check: 'H01', trigger: 'pass_rate', job: 'genesis-planner' };
  const here = Object.values(alertText(rule, { value: 0.5, labels })).join(' ');
  expect(here).not.toMatch(/[{}]|unknown/);
  const there = Object.values(alertTextForPrometheus(rule)).join(' ');
  const filled = there.replaceAll(/\{\{ with \$labels\.\w+ \}\}[^{]*\{\{ \. \}\}\{\{ end \}\}/g, '');
  expect(filled.replaceAll(/\{\{ \$(value( \| humanize\w*)?|labels\.\w+) \}\}/g, '')).not.toMatch(/[{}]/);
});
