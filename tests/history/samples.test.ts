import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Series } from '../../src/alerts/signals/algebra/source.ts';
import { labelKey } from '../../src/core/labels/label-set.ts';
import type { Matcher } from '../../src/core/labels/matcher.ts';
import { openHistoryReader } from '../../src/history/open-history.ts';
import { parseSeries, seriesText } from '../../src/history/series-text.ts';
import { ScrapedSource } from '../alerts/signals/algebra/scraped-source.ts';
import { start } from './cycle.ts';
import { databaseOf, folder, opened, single } from './folder.ts';

const labels = fc.dictionary(
  fc.stringMatching(/^[a-z_][a-z0-9_]{0,5}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  { maxKeys: 4 },
);

test('a series is the same series however its labels are ordered and whatever is in them', () => {
  fc.assert(
    fc.property(labels, (given) => {
      const id = { name: 'metric_total', labels: given };
      const text = seriesText(id);
      const back = parseSeries(text);
      expect({ ...back.labels }).toEqual({ ...given });
      const reordered = Object.fromEntries(Object.entries(given).reverse());
      expect(seriesText({ name: 'metric_total', labels: reordered })).toBe(text);
    }),
    { examples: [[{ a: 'q"\\\n{},=' }], [{ ['__proto__']: 'x' }]] },
  );
});

test.each(['', '{a="1"}', 'm{a=1}', 'm{a="1"', 'm{a="1"} 3', 'm{a="1",,b="2"}'])(
  '%j is no series',
  (text) => {
    expect(() => parseSeries(text)).toThrow(expect.objectContaining({ failure: 'refused' }));
  },
);

const bySeries = (found: readonly Series[]) =>
  new Map(found.map(({ labels: own, points }) => [labelKey(own), points] as const));

const step = fc.record({
  job: fc.constantFrom('orchestrator', 'planner'),
  isUp: fc.boolean(),
  series: fc.uniqueArray(fc.integer({ min: 0, max: 5 })),
  value: fc.double(),
});

test('samples and stale markers are those that a scraper in memory keeps', () => {
  const any: Matcher[] = [];
  const planner: Matcher[] = [{ label: 'job', operator: '!=', value: 'orchestrator' }];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const history = opened(folder());
      const memory = new ScrapedSource();
      const scrape = ([index, { job, isUp, series, value }]: [number, (typeof steps)[number]]) => {
        const timeMs = start + index * 1000;
        const samples = series.map((number) => ({
          name: 'm',
          labels: { n: `${number}` },
          value: value + number,
        }));
        const families = [{ name: 'm', type: 'untyped' as const, help: '', samples }];
        memory.scrape({ job, instance: 'i' }, isUp ? { families } : undefined, timeMs);
        const scraped = samples.map(({ name, labels: own, value: at }) => ({
          series: { name, labels: { ...own, job, instance: 'i' } },
          value: at,
        }));
        const up = { series: `up{job="${job}",instance="i"}`, value: Number(isUp) };
        history.recordSamples(timeMs, isUp ? [...scraped, up] : [up], job);
      };
      // One transaction, because each of its own waits for the disk.
      history.transaction(() => [...steps.entries()].forEach(scrape));
      const end = start + 1e6;
      const together = history.seriesOfAll(['m', 'up', 'none'], start + 2000, end);
      expect(together.get('none')).toEqual([]);
      for (const metric of ['m', 'up']) {
        const all = memory.series(metric, any, start + 2000, end);
        expect(bySeries(together.get(metric) ?? [])).toEqual(bySeries(all));
        for (const matchers of [any, planner]) {
          const [said, expected] = [history, memory].map((source) =>
            bySeries(source.series(metric, matchers, start + 2000, end)),
          );
          expect(said).toEqual(expected);
          const window = { fromMs: start + 2000, toMs: end };
          const points = memory
            .series(metric, matchers, window.fromMs, window.toMs)
            .flatMap((series) => series.points)
            .filter(({ stale }) => !stale);
          expect(history.countPoints(metric, matchers, window, 1)).toEqual({
            points: points.length,
            equal: points.filter((point) => point.value === 1).length,
          });
        }
      }
      history.close();
    }),
    { numRuns: 40 },
  );
});

test('a series that is missing in the scrapes of its target is marked stale once', () => {
  const reports = folder();
  const history = opened(reports);
  const b = { series: 'b_total', value: Number.POSITIVE_INFINITY };
  const scrape = (seconds: number, value?: number) => {
    const a = value === undefined ? [] : [{ series: 'a_total{x="1"}', value }];
    history.recordSamples(start + seconds, [...a, b], 'target');
  };
  scrape(0, 1);
  history.recordSamples(start + 1, [{ series: 'c', value: 1 }], 'another target');
  scrape(2);
  scrape(3);
  scrape(4, 2);
  const reader = openHistoryReader({ file: databaseOf(reports) });
  const x = (value: string): Matcher => ({ label: 'x', operator: '=', value });
  const y: Matcher = { label: 'y', operator: '=', value: '' };
  expect(reader.series('a_total', [x('1'), y], start, start + 9)).toEqual([
    {
      labels: { x: '1' },
      points: [
        { timeMs: start, value: 1 },
        { timeMs: start + 2, value: Number.NaN, stale: true },
        { timeMs: start + 4, value: 2 },
      ],
    },
  ]);
  expect(reader.series('b_total', [], start, start)[0]?.points).toEqual([
    { timeMs: start, value: Number.POSITIVE_INFINITY },
  ]);
  expect(reader.series('a_total', [x('2')], start, start + 9)).toEqual([]);
  expect(reader.series('d', [], start, start + 9)).toEqual([]);
  reader.close();
});

test('scrapes share one list of series, in whatever order they come', () => {
  const history = opened(folder());
  const [a, b] = [
    { series: 'a', value: 1 },
    { series: 'b', value: 2 },
  ];
  history.recordSamples(start, [a, b]);
  history.recordSamples(start + 1, [b, a]);
  expect(single(history, 'SELECT count(*) FROM layouts')).toBe(1);
  expect(history.series('a', [], start, start + 9)[0]?.points.map(({ value }) => value)).toEqual([1, 1]);
});
