import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { VigilConfigInput } from '../../../../src/core/config/schema.ts';
import { ruleGroups } from '../../../../src/setup/render/monitoring/alert-rules-file.ts';
import { dashboard } from '../../../../src/setup/render/monitoring/grafana/grafana-files.ts';
import {
  leastSamples,
  neededSamples,
  rangesIn,
  tooFewScrapes,
} from '../../../../src/setup/render/monitoring/short-windows.ts';
import { settingsFor } from './rendered.ts';

/** How many scrapes at whole multiples of an interval a window that ends at a time holds: 3 leaves out its very begin. */
function samplesIn(windowMs: number, scrapeMs: number, endMs: number, version: 2 | 3): number {
  const upTo = (ms: number) => Math.floor(ms / scrapeMs);
  const beginMs = endMs - windowMs;
  return upTo(endMs) - (version === 3 ? upTo(beginMs) : Math.ceil(beginMs / scrapeMs) - 1);
}

test('a window holds at least as many scrapes as are reckoned with, in Prometheus 2 and 3 and wherever it ends', () => {
  const ms = (max: number) => fc.integer({ min: 1, max });
  fc.assert(
    fc.property(ms(400), ms(60), fc.integer({ min: 1000, max: 2000 }), (windowMs, scrapeMs, endMs) => {
      const [two, three] = [2, 3].map((version) => samplesIn(windowMs, scrapeMs, endMs, version as 2 | 3));
      const least = leastSamples(windowMs, scrapeMs);
      expect(three).toBeGreaterThanOrEqual(least);
      expect(two).toBeGreaterThanOrEqual(three as number);
    }),
  );
  // Where window and scrapes fall together 2 counts one more: a rate over one interval shows something there alone.
  expect([2, 3].map((version) => samplesIn(15, 15, 1005, version as 2 | 3))).toEqual([2, 1]);
});

/** Every expression in a document of Grafana. */
const expressionsIn = (value: unknown): string[] =>
  value === null || typeof value !== 'object'
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        key === 'expr' && typeof inner === 'string' ? [inner] : expressionsIn(inner),
      );

const query = (part: string) => `sum(rate(${part}[{{window}}]))`;
type ShopTraffic = NonNullable<VigilConfigInput['services']>[string]['traffic'];
const shop = (traffic: ShopTraffic, more: object = {}): VigilConfigInput => ({
  services: { shop: { url: 'http://shop', metrics: '/metrics', traffic } },
  probes: [{ type: 'http', path: '/' }],
  ...more,
});

const configurations: [string, VigilConfigInput][] = [
  ['as it is', {}],
  ['scraped every two minutes', { monitoring: { scrapeInterval: '2m' } }],
  ['for a shop with a window of its own', shop({ preset: 'prom-client', window: '30s' })],
  [
    'for queries of one',
    shop({ operations: query('o'), errors: query('e'), window: '1m' }, { store: { url: 'http://store' } }),
  ],
];

test.for(configurations)('every window that is rendered holds enough scrapes, %s', ([, config]) => {
  const settings = settingsFor(config);
  const rules = ruleGroups(settings).flatMap((group) => group.rules.map(({ expr }) => expr));
  const ranges = [...rules, ...expressionsIn(dashboard(settings))].flatMap(rangesIn);
  expect(ranges.length).toBeGreaterThan(3);
  for (const { function: name, windowMs } of ranges) {
    for (const phaseMs of [0, 1, settings.scrapeIntervalMs / 2]) {
      const held = samplesIn(windowMs, settings.scrapeIntervalMs, 1e9 + phaseMs, 3);
      expect.soft({ name, windowMs, held: held >= neededSamples(name) }).toMatchObject({ held: true });
    }
  }
  expect(tooFewScrapes(settings)).toBeUndefined();
});

test.for<[string, VigilConfigInput, string]>([
  ['of the live signals', { monitoring: { scrapeInterval: '4m' } }, '5m'],
  ['of a service alone', shop({ preset: 'prom-client', window: '29s' }), '29s'],
  ['of a query', shop({ operations: query('o'), errors: query('e'), window: '20s' }), '20s'],
  [
    'of the burn rate beside a longer live one',
    { liveWindow: '20m', monitoring: { scrapeInterval: '3m' } },
    '5m',
  ],
])('a window that is too short is named: that %s', ([, config, window]) => {
  expect(tooFewScrapes(settingsFor(config))).toMatch(new RegExp(`^rates over ${window}[, ]`));
});

test('ranges are found behind matchers that look like them', () => {
  expect(rangesIn('sum(rate(a{path=~"/x[5m]",b!="}"}[1m])) / max_over_time(b [ 2h ]) + c')).toEqual([
    { function: 'rate', windowMs: 60_000 },
    { function: 'max_over_time', windowMs: 7_200_000 },
  ]);
  expect(rangesIn('last_over_time(vigil:x[24h]) + changes(y[1h30m])')).toEqual([
    { function: 'last_over_time', windowMs: 86_400_000 },
    { function: 'changes', windowMs: 5_400_000 },
  ]);
});
