import { expect, test } from 'vitest';
import * as build from '../../../../src/alerts/signals/algebra/build.ts';
import type { Expression } from '../../../../src/alerts/signals/algebra/expression.ts';
import { burnRateOver, signalExpressions } from '../../../../src/alerts/signals/algebra/named.ts';
import { operationsWithin, windowExpressions } from '../../../../src/alerts/signals/algebra/over-window.ts';
import { toPromQL } from '../../../../src/alerts/signals/algebra/promql.ts';
import { defaultNaming } from '../../../../src/alerts/signals/algebra/signal-naming.ts';

const x = build.gauge(build.select('x'));
const texts = (named: Record<string, Expression>) =>
  Object.fromEntries(Object.entries(named).map(([name, expression]) => [name, toPromQL(expression)]));

test.each([
  [build.minus(build.minus(1, x), 2), '1 - x - 2'],
  [build.minus(1, build.minus(x, 2)), '1 - (x - 2)'],
  [build.ratio(build.plus(x, 1), x), '(x + 1) / x'],
  [build.plus(build.ratio(x, 2), 1), 'x / 2 + 1'],
  [build.ratio(x, build.ratio(x, 2)), 'x / (x / 2)'],
  [build.ratio(-2, x), '(-2) / x'],
  [build.minus(build.time(), x), 'time() - x'],
  [
    build.sum(build.rate(build.select('c', ['a', '=~', 'x|y']), 5400_000), 'a', 'b'),
    'sum by (a, b) (rate(c{a=~"x|y"}[1h30m]))',
  ],
  [
    build.quantileOver(0.99, build.select('h', ['a', '!=', '']), 60_000, 'a'),
    'histogram_quantile(0.99, sum by (a, le) (rate(h_bucket{a!=""}[1m])))',
  ],
  [build.max(build.changes(build.select('g'), 3_600_000)), 'max(changes(g[1h]))'],
  [build.clampMin(build.minus(x, 1), 0), 'clamp_min(x - 1, 0)'],
  [build.ratio(1, Number.POSITIVE_INFINITY), '1 / +Inf'],
] as const)('%j is written as %s', (expression, text) => {
  expect(toPromQL(expression)).toBe(text);
});

test('a value can’t end the string that it stands in', () => {
  expect(toPromQL(build.gauge(build.select('x', ['path', '=', 'a"} or vector(1) # \\ \n'])))).toBe(
    'x{path="a\\"} or vector(1) # \\\\ \\n"}',
  );
});

test('every signal has a name, a query, and the prefix of the target', () => {
  const named = signalExpressions({ prefix: 'shop', windowMs: 60_000, services: 'shop' });
  for (const [name, expression] of Object.entries(named)) {
    expect.soft(toPromQL(expression), name).not.toContain('genesis');
    expect.soft(JSON.parse(JSON.stringify(expression))).toEqual(expression);
  }
  expect(toPromQL(named.latencyP99)).toBe(
    'histogram_quantile(0.99, sum by (le) (rate(shop_operation_duration_seconds_bucket[1m])))',
  );
});

test('the signals of a target by default', () => {
  const disk = (part: string) =>
    `node_filesystem_${part}_bytes{fstype!~"tmpfs|devtmpfs|ramfs|rootfs|overlay|squashfs|iso9660|autofs|nfs4?|cifs|fuse[.].*"}`;
  const used = `(${disk('size')} - ${disk('free')}`;
  expect(texts(signalExpressions())).toEqual({
    passRate: 'min(genesis_test_pass_rate)',
    coverage: 'min(vigil_coverage_ratio)',
    errorRatio:
      'sum(rate(genesis_errors_total{category!="validation"}[5m])) / sum(rate(genesis_operations_total[5m]))',
    latencyP50: 'histogram_quantile(0.5, sum by (le) (rate(genesis_operation_duration_seconds_bucket[5m])))',
    latencyP95: 'histogram_quantile(0.95, sum by (le) (rate(genesis_operation_duration_seconds_bucket[5m])))',
    latencyP99: 'histogram_quantile(0.99, sum by (le) (rate(genesis_operation_duration_seconds_bucket[5m])))',
    htdagMean:
      'sum(rate(genesis_htdag_decomposition_duration_seconds_sum[5m])) / sum(rate(genesis_htdag_decomposition_duration_seconds_count[5m]))',
    haloMean:
      'sum(rate(genesis_halo_routing_duration_seconds_sum[5m])) / sum(rate(genesis_halo_routing_duration_seconds_count[5m]))',
    aopMean:
      'sum(rate(genesis_aop_validation_duration_seconds_sum[5m])) / sum(rate(genesis_aop_validation_duration_seconds_count[5m]))',
    rejectedRise:
      '(sum(rate(genesis_errors_total{category="validation"}[5m])) or sum(rate(genesis_operations_total[5m])) * 0) / (sum(rate(genesis_operations_total[5m])) + (sum(rate(genesis_errors_total{category="validation"}[5m])) or sum(rate(genesis_operations_total[5m])) * 0)) - 2 * ((sum(rate(genesis_errors_total{category="validation"}[6h])) or sum(rate(genesis_operations_total[6h])) * 0) / (sum(rate(genesis_operations_total[6h])) + (sum(rate(genesis_errors_total{category="validation"}[6h])) or sum(rate(genesis_operations_total[6h])) * 0)))',
    throughput: 'sum(rate(genesis_operations_total[5m]))',
    uptime: 'min(up{job=~"genesis-(orchestration|planner)"})',
    memoryUsed: 'max(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)',
    cpuUsed: '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m]))',
    diskUsed: `max(${used}) / ${used} + ${disk('avail')}))`,
    lastCycleAge: 'time() - max(last_over_time(vigil_last_cycle_timestamp_seconds[24h]))',
    checkFlips: 'max by (check, service) (changes(vigil_check_status[1h]))',
    rollbackRequired: 'max by (trigger) (vigil_rollback_required)',
    operations: 'sum(genesis_operations_total)',
  });
});

test('where several watches judge together they must agree, and a rehearsal’s time goes faster', () => {
  const naming = { ...defaultNaming, quorum: 2, timeScale: 0.5 };
  expect(texts(signalExpressions(naming))).toMatchObject({
    passRate: 'min(deployment:test_pass_rate:quorum)',
    errorRatio:
      'sum(rate(genesis_errors_total{category!="validation"}[2m30s])) / sum(rate(genesis_operations_total[2m30s]))',
    latencyP95:
      'histogram_quantile(0.95, sum by (le) (rate(genesis_operation_duration_seconds_bucket[2m30s])))',
    htdagMean:
      'sum(rate(genesis_htdag_decomposition_duration_seconds_sum[2m30s])) / sum(rate(genesis_htdag_decomposition_duration_seconds_count[2m30s]))',
    throughput: 'sum(rate(genesis_operations_total[2m30s]))',
    cpuUsed: '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[2m30s]))',
    lastCycleAge: 'time() - min(last_over_time(vigil_last_cycle_timestamp_seconds[24h]))',
    checkFlips: 'max by (check, service) (changes(vigil_check_status[30m]))',
    rollbackRequired: 'sum by (trigger) (vigil_rollback_required) - 1',
  });
});

test('what a whole watch came to, over one long window', () => {
  const windowMs = 48 * 3_600_000;
  expect(texts(windowExpressions(defaultNaming, windowMs))).toEqual({
    operations: 'sum(increase(genesis_operations_total[48h]))',
    errors: 'sum(increase(genesis_errors_total{category!="validation"}[48h]))',
    errorRatio:
      'sum(increase(genesis_errors_total{category!="validation"}[48h])) / sum(increase(genesis_operations_total[48h]))',
    latencyP95:
      'histogram_quantile(0.95, sum by (le) (rate(genesis_operation_duration_seconds_bucket[48h])))',
    timed: 'sum(increase(genesis_operation_duration_seconds_count[48h]))',
    uptime: 'min(avg_over_time(up{job=~"genesis-(orchestration|planner)"}[48h]))',
    scrapes: 'min(count_over_time(up{job=~"genesis-(orchestration|planner)"}[48h]))',
  });
  expect(toPromQL(burnRateOver({ ...defaultNaming, prefix: 'shop' }, 3_600_000, 0.001))).toBe(
    'sum(rate(shop_errors_total{category!="validation"}[1h])) / sum(rate(shop_operations_total[1h])) / 0.001',
  );
  expect(toPromQL(operationsWithin(defaultNaming, '0.2', windowMs))).toBe(
    'sum(increase(genesis_operation_duration_seconds_bucket{le="0.2"}[48h]))',
  );
});

test('numbers that are none, and several matchers, are written as PromQL reads them', () => {
  expect(
    [Number.NaN, Number.NEGATIVE_INFINITY, -0.5].map((number) => toPromQL(build.plus(number, 0))),
  ).toEqual(['NaN + 0', '(-Inf) + 0', '(-0.5) + 0']);
  expect(toPromQL(build.samplesIn(build.select('x', ['a', '=', '1'], ['b', '!~', '2']), 60_000))).toBe(
    'count_over_time(x{a="1",b!~"2"}[1m])',
  );
  expect(toPromQL(build.plus(build.plus(1, x), x))).toBe('1 + x + x');
});
