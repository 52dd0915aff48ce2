// @module-tag prometheus
// @module-tag promtool

import { afterAll, beforeAll, expect, test } from 'vitest';
import * as build from '../../../../src/alerts/signals/algebra/build.ts';
import { evaluateVector } from '../../../../src/alerts/signals/algebra/evaluate.ts';
import type { Expression } from '../../../../src/alerts/signals/algebra/expression.ts';
import { MemorySource } from '../../../../src/alerts/signals/algebra/memory-source.ts';
import { toPromQL } from '../../../../src/alerts/signals/algebra/promql.ts';
import { labelKey } from '../../../../src/core/labels/label-set.ts';
import { type NamedSeries, randomSeries } from './random-series.ts';
import { prometheusWith, type RealPrometheus } from './real-prometheus.ts';

const startMs = Date.UTC(2026, 0, 1);
const liveMs = startMs + 6 * 3_600_000;
const lengthMs = 40 * 60_000;
const firstSeed = Number(process.env.ALGEBRA_SEED ?? 1);
const backfilled = Array.from({ length: 16 }, (_, i) => firstSeed + i);
const written = Array.from({ length: 8 }, (_, i) => firstSeed + 500 + i);

const source = new MemorySource();
let prometheus: RealPrometheus;

function remember(all: readonly NamedSeries[]): void {
  for (const { name, labels, points } of all) for (const one of points) source.add(name, labels, one);
}

beforeAll(async () => {
  const old = backfilled.flatMap((seed) => randomSeries(seed, startMs, startMs + lengthMs));
  const live = written.flatMap((seed) => randomSeries(seed, liveMs, liveMs + lengthMs, true));
  prometheus = await prometheusWith(old);
  await prometheus.write(live);
  remember([...old, ...live]);
});
afterAll(() => prometheus?.stop());

function expressionsOf(seed: number): Expression[] {
  const own = ['seed', '=', String(seed)] as const;
  const operations = build.select('prop_operations_total', [...own]);
  const level = build.select('prop_level', [...own]);
  const duration = build.select('prop_duration_seconds', [...own], ['part', '=~', 'a|b']);
  const windows = [15_000, 60_000, 300_000, 1_200_000];
  const shortMs = windows[seed % 4] as number;
  const longMs = windows[(seed + 2) % 4] as number;
  return [
    ...windows.map((windowMs) => build.rate(operations, windowMs)),
    build.increaseOver(operations, shortMs),
    build.increaseOver(build.select('prop_operations_total', [...own], ['part', '!=', 'a']), longMs),
    build.changes(level, longMs),
    build.last(level, shortMs),
    build.averageOver(level, longMs),
    build.samplesIn(level, longMs),
    build.gauge(level),
    build.gauge(build.select('prop_level', [...own], ['part', '!~', 'b.*'])),
    build.sum(build.gauge(level)),
    build.min(build.gauge(level)),
    build.max(build.gauge(level), 'part'),
    build.avg(build.gauge(level)),
    build.gauge(build.select('prop_level', [...own], ['part', '=', 'b'])),
    build.sum(build.rate(operations, shortMs)),
    build.ageOf(build.max(build.gauge(level))),
    build.ratio(build.sum(build.rate(operations, longMs)), build.sum(build.rate(operations, shortMs))),
    build.minus(1, build.ratio(build.gauge(level), build.plus(build.gauge(level), 3))),
    build.minus(
      build.plus(build.gauge(level), build.gauge(level)),
      build.minus(build.gauge(level), build.ratio(-2, build.gauge(level))),
    ),
    build.ratio(build.minus(build.ratio(build.gauge(level), 3), 1), build.ratio(7, build.gauge(level))),
    build.clampMin(build.gauge(level), 20),
    build.mean(duration, shortMs),
    build.quantileOver(0.5, duration, longMs),
    build.quantileOver(0.95, duration, shortMs),
    build.quantileOver(0.95, duration, longMs, 'part'),
    build.quantileOver(0.99, duration, 300_000),
  ];
}

const isSame = (ours: number, theirs: number): boolean =>
  Object.is(ours, theirs) ||
  ours === theirs ||
  Math.abs(ours - theirs) <= 1e-9 * Math.max(Math.abs(ours), Math.abs(theirs));

const stepMs = 35_000;

/** What the two readings of an expression don't agree on, and on how many values they were compared. */
async function compare(expression: Expression, fromMs: number) {
  const query = toPromQL(expression);
  const toMs = fromMs + lengthMs + 600_000;
  const theirs = await prometheus.range(query, fromMs - 70_000, toMs, stepMs);
  const differences: string[] = [];
  let compared = 0;
  for (let atMs = fromMs - 70_000; atMs <= toMs; atMs += stepMs) {
    const ours = new Map(
      evaluateVector(expression, source, atMs).map(({ labels, value }) => [labelKey(labels), value]),
    );
    const real = new Map(
      theirs.flatMap(({ labels, values }) => {
        const value = values.get(atMs);
        return value === undefined ? [] : [[labelKey(labels), value] as const];
      }),
    );
    for (const key of new Set([...ours.keys(), ...real.keys()])) {
      const [mine, its] = [ours.get(key), real.get(key)];
      compared += 1;
      if (mine !== undefined && its !== undefined && isSame(mine, its)) continue;
      differences.push(`${query} ${key} at +${(atMs - fromMs) / 1000} s: ${mine} here, ${its} there`);
    }
  }
  return { differences, compared };
}

test.each([
  ['back-filled series', backfilled, startMs],
  ['series with stale markers', written, liveMs],
] as const)('%s: both readings give what a real Prometheus gives', async (_, seeds, fromMs) => {
  let compared = 0;
  for (const seed of seeds) {
    for (const expression of expressionsOf(seed)) {
      const result = await compare(expression, fromMs);
      expect(result.differences).toEqual([]);
      compared += result.compared;
    }
  }
  expect(compared).toBeGreaterThan(seeds.length * 1000);
  if (process.env.ALGEBRA_SEED) console.log(`${compared} values compared`);
});
