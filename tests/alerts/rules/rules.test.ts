import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { alertTextForPrometheus } from '../../../src/alerts/rules/alert-text.ts';
import { conditionToPromQL } from '../../../src/alerts/rules/condition.ts';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import { ruleDefinitions } from '../../../src/alerts/rules/rules.ts';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { namingOf } from '../../../src/alerts/signals/naming.ts';
import { effectiveThresholds } from '../../../src/core/config/effective.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { type ThresholdTable, thresholds } from '../../../src/core/thresholds/thresholds.ts';

const table: ThresholdTable = structuredClone(thresholds);
const rules = alertRules(table);

test('without metrics of live traffic no rule is judged on it, and none misses them', () => {
  const without = alertRules(table, { ...defaultNaming, slis: [] }).map(({ name }) => name);
  const left = rules.map(({ name }) => name).filter((name) => !without.includes(name));
  expect(left).toEqual([
    'HighErrorRate',
    'HighLatencyP95',
    'ErrorBudgetFastBurn',
    'ErrorBudgetSlowBurn',
    'HTDAGDecompositionSlow',
    'HALORoutingSlow',
    'AOPValidationSlow',
    'SystemThroughputDegraded',
    'ObservabilityMetricsMissing',
  ]);
});

test('there are 18 rules in four groups, with the priorities that they must have', () => {
  const inGroup = (group: string) =>
    rules.filter((rule) => rule.group === group).map(({ name, priority }) => `${name} ${priority}`);
  expect(inGroup('critical')).toEqual([
    'TestPassRateLow P1',
    'HighErrorRate P1',
    'HighLatencyP95 P1',
    'ServiceDown P0',
    'ErrorBudgetFastBurn P1',
    'RollbackRequired P0',
  ]);
  expect(inGroup('warnings')).toEqual([
    'TestPassRateDegrading P2',
    'HighMemoryUsage P2',
    'HighCPUUsage P2',
    'HighDiskUsage P2',
    'ErrorBudgetSlowBurn P2',
  ]);
  expect(inGroup('performance')).toEqual([
    'HTDAGDecompositionSlow P3',
    'HALORoutingSlow P3',
    'AOPValidationSlow P3',
    'SystemThroughputDegraded P3',
  ]);
  expect(inGroup('health')).toEqual([
    'TestSuiteNotRunning P2',
    'ObservabilityMetricsMissing P2',
    'IntermittentTestFailures P4',
  ]);
  expect(rules).toHaveLength(18);
});

test.each([
  ['TestPassRateLow', 300, 'min(genesis_test_pass_rate) < 0.98'],
  ['TestPassRateDegrading', 600, 'min(genesis_test_pass_rate) < 0.99'],
  [
    'HighErrorRate',
    120,
    'sum(rate(genesis_errors_total{category!="validation"}[5m])) / sum(rate(genesis_operations_total[5m])) > 0.001 and (sum(increase(genesis_operations_total[5m])) >= 1000 or sum(increase(genesis_errors_total{category!="validation"}[5m])) >= 4)',
  ],
  [
    'HighLatencyP95',
    300,
    'histogram_quantile(0.95, sum by (le) (rate(genesis_operation_duration_seconds_bucket[5m]))) > 0.2 and (sum(increase(genesis_operations_total[5m])) >= 100)',
  ],
  [
    'ServiceDown',
    60,
    'min by (job, service) (up{job=~"genesis-(orchestration|planner)"}) < 1 or label_replace(absent(up{job="genesis-orchestration"}), "service", "orchestration", "", "") or label_replace(absent(up{job="genesis-planner"}), "service", "planner", "", "")',
  ],
  ['HighMemoryUsage', 600, 'max(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes) > 0.8'],
  ['HighCPUUsage', 600, '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.8'],
  ['SystemThroughputDegraded', 600, 'sum(rate(genesis_operations_total[5m])) < 4'],
  ['ObservabilityMetricsMissing', 300, 'absent(sum(genesis_operations_total))'],
  ['IntermittentTestFailures', 0, 'max by (check, service) (changes(vigil_check_status[1h])) > 2'],
  ['RollbackRequired', 0, 'max by (trigger) (vigil_rollback_required) > 0'],
])('%s waits %i s and asks Prometheus the same', (name, forSeconds, query) => {
  const rule = rules.find((one) => one.name === name);
  expect(rule?.forSeconds).toBe(forSeconds);
  expect(rule && conditionToPromQL(rule.condition)).toBe(query);
});

test('the error budget is judged over a long and a short window', () => {
  const queryOf = (name: string) => {
    const rule = rules.find((one) => one.name === name);
    return rule ? conditionToPromQL(rule.condition) : '';
  };
  const fast = queryOf('ErrorBudgetFastBurn');
  expect(fast.match(/\[\w+\]/g)).toEqual(['[1h]', '[1h]', '[5m]', '[5m]', '[1h]', '[1h]']);
  expect(fast.match(/ \/ 0\.001 > 14\.4/g)).toHaveLength(2);
  expect(fast).toContain(' and ');
  const slow = queryOf('ErrorBudgetSlowBurn');
  expect(slow.match(/\[\w+\]/g)).toEqual(['[6h]', '[6h]', '[30m]', '[30m]', '[6h]', '[6h]']);
  expect(slow.match(/ \/ 0\.001 > 6 ?/g)).toHaveLength(2);
});

test('that no cycle ends is told after two slots, held for a third, however far apart the slots are', () => {
  const ageRule = (intervalMs?: number) =>
    alertRules(table, defaultNaming, intervalMs).find(({ name }) => name === 'TestSuiteNotRunning');
  expect(ageRule()).toMatchObject({ forSeconds: 300, limit: { operator: '>', value: 600 } });
  expect(ageRule(60_000)).toMatchObject({ forSeconds: 300, limit: { value: 600 } });
  expect(ageRule(3_600_000)).toMatchObject({ forSeconds: 3600, limit: { value: 7200 } });
  const hourly = ageRule(3_600_000);
  expect(hourly && conditionToPromQL(hourly.condition)).toMatch(
    /> 7200 or \(absent\(.*\) and \(.*vigil_watch_start_timestamp_seconds.* > 7200 or absent\(.*\)\)\)$/,
  );
});

test('limits of the configuration and the prefix of the metrics reach the rules', () => {
  const own: ThresholdTable = {
    ...table,
    errorRatio: { ...table.errorRatio, slo: { operator: '<', value: 0.05 } },
    latencyP95: { ...table.latencyP95, critical: { operator: '>', value: 3, forSeconds: 7 } },
  };
  const made = alertRules(own, { ...defaultNaming, prefix: 'shop', windowMs: 600_000 });
  const latency = made.find(({ name }) => name === 'HighLatencyP95');
  expect(latency).toMatchObject({ forSeconds: 7, limit: { value: 3 } });
  expect(latency && conditionToPromQL(latency.condition)).toContain(
    'shop_operation_duration_seconds_bucket[10m]',
  );
  const burn = made.find(({ name }) => name === 'ErrorBudgetFastBurn');
  expect(burn && conditionToPromQL(burn.condition)).toContain(' / 0.05 > 14.4');
});

test('a rule whose limit was taken out of the table is left out', () => {
  const { critical: _, ...without } = table.latencyP95;
  expect(alertRules({ ...table, latencyP95: without }).map(({ name }) => name)).not.toContain(
    'HighLatencyP95',
  );
});

test('every rule says what to do: summary, description, next step, runbook; and has a signal of its own', () => {
  for (const rule of rules) {
    expect.soft(rule.runbook).toBe(`docs/incident-response.md#${rule.name.toLowerCase()}`);
    for (const text of [rule.summary, rule.description, rule.next])
      expect.soft(text.length).toBeGreaterThan(10);
    expect.soft(rule.labels).toEqual({
      severity: rule.severity,
      priority: rule.priority,
      signal: expect.stringMatching(/^[a-z_]+$/),
    });
  }
});

test('the rules are plain data', () => {
  expect(JSON.parse(JSON.stringify(rules))).toEqual(JSON.parse(JSON.stringify(structuredClone(rules))));
  expect(structuredClone(ruleDefinitions)).toEqual(ruleDefinitions);
});

test('a real promtool accepts every rule with its texts', { tags: ['promtool'] }, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vigil-rules-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const groups = ['critical', 'warnings', 'performance', 'health'].map((group) => ({
    name: `genesis_${group}`,
    rules: rules
      .filter((rule) => rule.group === group)
      .map((rule) => ({
        alert: rule.name,
        expr: conditionToPromQL(rule.condition),
        for: `${rule.forSeconds}s`,
        keep_firing_for: `${rule.keepFiringSeconds}s`,
        labels: rule.labels,
        annotations: alertTextForPrometheus(rule),
      })),
  }));
  const file = path.join(folder, 'alerts.yml');
  writeFileSync(file, JSON.stringify({ groups })); // JSON is YAML
  const output = execFileSync('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', file], {
    encoding: 'utf8',
  });
  expect(output).toContain('18 rules found');
});

test('how much traffic there is is judged only where a throughput is configured', () => {
  const rulesOf = (config: object) => {
    const made = validateConfig(config, 'the test');
    return alertRules(effectiveThresholds(made), namingOf(made)).map(({ name }) => name);
  };
  const shop = {
    services: { shop: { url: 'http://shop', metrics: '/metrics', traffic: 'prom-client' } },
    probes: [{ type: 'http', service: 'shop', url: '/' }],
  };
  expect(rulesOf(shop)).toContain('HighErrorRate');
  expect(rulesOf(shop)).not.toContain('SystemThroughputDegraded');
  const limited = {
    ...shop,
    thresholds: { throughput: { warning: { operator: '<', value: 5, forSeconds: 600 } } },
  };
  expect(rulesOf(limited)).toContain('SystemThroughputDegraded');
  expect(rulesOf({})).toContain('SystemThroughputDegraded');
});
