import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/alerts/signals/algebra/evaluate.ts';
import { signalExpressions } from '../../../src/alerts/signals/algebra/named.ts';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import type { History } from '../../../src/history/history.ts';
import { openHistory } from '../../../src/history/open-history.ts';
import { sampledLines } from '../../../src/views/page/series/lines.ts';
import { openSeries } from '../../../src/views/page/series/series.ts';
import { type Window, windows } from '../../../src/views/page/series/window.ts';
import { uptimeOf } from '../../../src/views/page/view/stats.ts';
import { openStrips, stripStepMs } from '../../../src/views/page/view/strips.ts';
import { stripsOf } from '../../history/strips.ts';
import { type MadeWatch, makeWatch } from './support/made-watch.ts';

const minute = 60_000;
const hour = 60 * minute;
const endMs = Date.UTC(2026, 10, 24, 3, 10);
const startMs = endMs - 8 * hour;
let folder: string;
let history: History;
let watch: MadeWatch;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vigil-page-evidence-'));
  history = openHistory({ file: path.join(folder, 'vigil.sqlite'), now: () => new Date(endMs) });
  const at = (fromMin: number, toMin: number) => ({
    fromMs: endMs - fromMin * minute,
    toMs: endMs - toMin * minute,
  });
  watch = makeWatch({
    history,
    startMs,
    endMs: endMs - hour,
    sampleMs: 30_000,
    evaluateFromMs: endMs + hour,
    incidents: [
      { kind: 'slow', ...at(300, 280) },
      { kind: 'missed', ...at(240, 195) },
      { kind: 'down', ...at(150, 148) },
      { kind: 'starved', ...at(100, 92) },
    ],
  });
});
afterAll(() => {
  history?.close();
  rmSync(folder, { recursive: true, force: true });
});

const windowOf = (hours: number) => windows.find((window) => window.hours === hours) as Window;
const rounded = (value: number | undefined) =>
  value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(5));

describe('the lines of the charts', () => {
  test('are at every place what the rules’ own expressions give there', async () => {
    const series = await openSeries(history, defaultNaming).read(windowOf(6), endMs - hour);
    const expressions = signalExpressions();
    expect(series.timesMs).toHaveLength(360);
    const places = series.timesMs.flatMap((timeMs, place) =>
      place % 23 === 0 ? [[timeMs, place] as const] : [],
    );
    for (const [timeMs, place] of places) {
      for (const line of sampledLines) {
        const value = rounded(evaluate(expressions[line], history, timeMs));
        expect.soft([line, timeMs, series.columns[line][place]]).toEqual([line, timeMs, value]);
      }
    }
  });

  test('have no value where nobody watched, and never 0 for it', async () => {
    const { timesMs, columns } = await openSeries(history, defaultNaming).read(windowOf(6), endMs - hour);
    const place = timesMs.indexOf(endMs - 210 * minute);
    for (const line of sampledLines) expect.soft([line, columns[line][place]]).toEqual([line, null]);
    expect(columns.passRate[place]).toBeNull();
  });

  test('show the worst of what a place of 48 h stands for', async () => {
    const whole = await openSeries(history, defaultNaming).read(windowOf(48), endMs - hour);
    const fine = await openSeries(history, defaultNaming).read(windowOf(24), endMs - hour);
    for (const [line, pick] of [
      ['latencyP95', Math.max],
      ['uptime', Math.min],
    ] as const) {
      whole.timesMs.forEach((timeMs, place) => {
        const place24 = fine.timesMs.indexOf(timeMs);
        if (place24 < 1) return;
        const both = [fine.columns[line][place24 - 1], fine.columns[line][place24]].filter(
          (one) => one != null,
        );
        expect.soft(whole.columns[line][place]).toBe(both.length === 0 ? null : pick(...(both as number[])));
      });
    }
    expect(Math.max(...whole.columns.latencyP95.map((value) => value ?? 0))).toBeGreaterThan(0.2);
  });

  test('hold the pass rate of a cycle until the next, but not for ever', async () => {
    const { timesMs, columns } = await openSeries(history, defaultNaming).read(windowOf(6), endMs - hour);
    const at = (min: number) => columns.passRate[timesMs.indexOf(endMs - min * minute)];
    expect(at(298)).toBeCloseTo(29 / 32);
    expect(at(270)).toBe(1);
    // The last cycle before the gap began at 245 min; it stands for seven and a half minutes.
    expect([at(238), at(237), at(236)]).toEqual([1, null, null]);
  });

  test('that are read on are those that are read at once', async () => {
    const cache = openSeries(history, defaultNaming);
    const before = await cache.read(windowOf(1), endMs - hour);
    watch.goOn(endMs - 50 * minute);
    const later = await cache.read(windowOf(1), endMs - 50 * minute);
    expect(later).toEqual(await openSeries(history, defaultNaming).read(windowOf(1), endMs - 50 * minute));
    expect(later.timesMs.slice(0, -40)).toEqual(before.timesMs.slice(40));
  });
});

describe('the strips of the checks', () => {
  /** The same by reading every outcome. */
  function naive(nowMs: number, id: string): string {
    const entries = stripsOf(history, { fromMs: 0, toMs: nowMs }, id)[0]?.entries ?? [];
    const { gaps } = history.coverage(nowMs - 48 * hour, nowMs);
    const last = Math.floor(nowMs / stripStepMs);
    return Array.from({ length: 96 }, (_, index) => {
      const fromMs = (last - 95 + index) * stripStepMs;
      const here = entries.filter(({ timeMs }) => timeMs >= fromMs && timeMs < fromMs + stripStepMs);
      const has = (outcome: string) => here.some((entry) => entry.outcome === outcome);
      const isMissed = gaps.some((gap) => gap.fromMs < fromMs + stripStepMs && gap.toMs > fromMs);
      return has('fail')
        ? 'f'
        : has('unknown')
          ? 'u'
          : isMissed
            ? 'm'
            : has('pass')
              ? 'p'
              : has('skipped')
                ? 's'
                : ' ';
    }).join('');
  }

  test('are what every single outcome says, also when they are read on', () => {
    const stripsAt = openStrips(history);
    for (const minutesLeft of [50, 50, 41, 20, 0]) {
      const nowMs = endMs - minutesLeft * minute;
      watch.goOn(nowMs);
      const strips = stripsAt(history.coverage(nowMs - 48 * hour, nowMs), nowMs);
      expect(strips.size).toBe(36);
      for (const id of ['H01', 'H11', 'C01', 'C07']) {
        expect.soft([id, strips.get(id)?.marks]).toEqual([id, naive(nowMs, id)]);
      }
      const counts = strips.get('C07')?.counts;
      const entries = stripsOf(history, { fromMs: 0, toMs: nowMs }, 'C07')[0]?.entries ?? [];
      for (const outcome of ['pass', 'fail', 'unknown', 'skipped'] as const)
        expect.soft(counts?.[outcome]).toBe(entries.filter((entry) => entry.outcome === outcome).length);
    }
    expect(naive(endMs, 'C07')).toMatch(/^ +p+f+p*m+p+u+p*$/);
  });
});

test('a scrape counts as up only when every service answered', () => {
  const { up, scrapes } = uptimeOf(history, defaultNaming.services, endMs);
  const times = new Set(
    history.series('up', [], 0, endMs).flatMap(({ points }) => points.map(({ timeMs }) => timeMs)),
  );
  expect(scrapes).toBe(times.size);
  // Two minutes without the orchestrator, at a scrape every 30 s.
  expect(scrapes - up).toBe(4);
});
