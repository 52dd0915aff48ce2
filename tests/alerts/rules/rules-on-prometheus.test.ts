// @module-tag prometheus
// @module-tag promtool

import { afterAll, beforeAll, expect, test } from 'vitest';
import { conditionToPromQL, judgeCondition } from '../../../src/alerts/rules/condition.ts';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { labelKey } from '../../../src/core/labels/label-set.ts';
import { type ThresholdTable, thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { randomDeployment } from '../signals/algebra/random-series.ts';
import { prometheusWith, type RealPrometheus } from '../signals/algebra/real-prometheus.ts';

const table: ThresholdTable = structuredClone(thresholds);
const dayMs = 86_400_000;
const lengthMs = 45 * 60_000;
const stepMs = 35_000;
// Days apart, so that no window of one reaches into another.
const starts = [1, 2, 3, 4].map((seed) => Date.UTC(2026, 0, 1) + seed * 3 * dayMs);
const source = new MemorySource();
let prometheus: RealPrometheus;

beforeAll(async () => {
  const series = starts.flatMap((startMs, seed) => randomDeployment(seed + 1, startMs, startMs + lengthMs));
  for (const { name, labels, points } of series) for (const one of points) source.add(name, labels, one);
  prometheus = await prometheusWith(series);
});
afterAll(() => prometheus?.stop());

/** At which instants, and for which labels, the rule's condition is breached. */
const seen = { breached: 0, quiet: 0 };

test.each(alertRules(table))(
  '$name is breached here exactly where Prometheus says so',
  async ({ condition }) => {
    const before = { ...seen };
    for (const startMs of starts) {
      const [fromMs, toMs] = [startMs - stepMs, startMs + lengthMs + 10 * stepMs];
      const results = await prometheus.range(conditionToPromQL(condition), fromMs, toMs, stepMs);
      for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) {
        const theirs = results.filter(({ values }) => values.has(atMs)).map(({ labels }) => labelKey(labels));
        const ours = judgeCondition(condition, source, atMs)
          .filter(({ state }) => state === 'breached')
          .map(({ labels }) => labelKey(labels));
        expect({ atMs: atMs - startMs, breached: ours.toSorted() }).toEqual({
          atMs: atMs - startMs,
          breached: theirs.toSorted(),
        });
        seen[ours.length > 0 ? 'breached' : 'quiet'] += 1;
      }
    }
    // A comparison in which nothing ever happens would prove nothing.
    expect(seen.breached).toBeGreaterThan(before.breached);
    expect(seen.quiet).toBeGreaterThan(before.quiet);
  },
);
