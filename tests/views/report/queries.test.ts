// @module-tag prometheus
// @module-tag promtool

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { namingOf } from '../../../src/alerts/signals/naming.ts';
import { effectiveThresholds } from '../../../src/core/config/effective.ts';
import { formatValue } from '../../../src/core/units/unit.ts';
import { openHistoryReader } from '../../../src/history/open-history.ts';
import type { ReportDocument } from '../../../src/views/report/report-schema.ts';
import { writeReport } from '../../../src/views/report/write-report.ts';
import type { NamedSeries } from '../../alerts/signals/algebra/random-series.ts';
import { prometheusWith, type RealPrometheus } from '../../alerts/signals/algebra/real-prometheus.ts';
import { inOrder } from '../../support/in-order.ts';
import { actOn, hoursMs, type WatchedHours, watchHours } from './watched-hours.ts';

let watched: WatchedHours;
let prometheus: RealPrometheus;
let document: ReportDocument;
let text: string;

/** One query of the appendix as it is printed: what it answered, and the query itself. */
interface Shown {
  id: string;
  caption: string;
  language: string;
  query: string;
}

const unescaped = (markdown: string): string => markdown.replace(/\\([\\`*_{}[\]<>|~#!&$])/g, '$1');

function shownIn(markdown: string): Shown[] {
  const entry = /^\*\*(Q\d+)\*\* (.*)\n\n(`{3,})(\w+)\n([\s\S]*?)\n\3$/gm;
  return [...markdown.matchAll(entry)].map(([, id = '', caption = '', , language = '', query = '']) => ({
    id,
    language,
    query,
    caption: unescaped(caption),
  }));
}

beforeAll(async () => {
  watched = await watchHours(3);
  actOn(watched.history);
  const { config, folder } = watched;
  const made = await writeReport(watched.history, {
    name: 'Genesis',
    table: effectiveThresholds(config),
    naming: namingOf(config),
    nowMs: watched.endMs,
    sentinelIntervalMs: hoursMs(1),
    lengthMs: hoursMs(3),
    folder,
    formats: ['md'],
  });
  document = made.document;
  text = readFileSync(made.files[0] ?? '', 'utf8');
  // Every sample of the history, stale markers with them, into a real Prometheus.
  const { history } = watched;
  const names = history
    .query('SELECT DISTINCT names.text AS name FROM series JOIN names ON names.id = series.name')
    .map(({ name }) => String(name));
  const all = names.flatMap((name): NamedSeries[] =>
    history
      .series(name, [], 0, watched.endMs)
      .map(({ labels, points }) => ({ name, labels, points: [...points] })),
  );
  prometheus = await prometheusWith([
    { name: 'something_old', labels: {}, points: [{ timeMs: watched.endMs - hoursMs(12), value: 1 }] },
  ]);
  await prometheus.write(all);
});
afterAll(async () => {
  await prometheus?.stop();
  watched?.remove();
});

describe('the appendix', () => {
  test('holds every query that the report names, each once', () => {
    const shown = shownIn(text).map(({ id }) => id);
    const named = new Set(text.match(/\bQ\d+\b/g));
    expect(new Set(shown).size).toBe(shown.length);
    expect([...named].sort()).toEqual([...shown].sort());
    expect(shown.length).toBeGreaterThan(30);
  });

  test('every SQL query as printed gives the figures as printed', () => {
    const reader = openHistoryReader({ file: watched.history.file, now: () => new Date(watched.endMs) });
    let compared = 0;
    for (const { id, caption, query } of shownIn(text).filter(({ language }) => language === 'sql')) {
      const rows = reader.query(query);
      const entries = document.appendix.filter((entry) => entry.id === id);
      for (const [index, entry] of entries.entries()) {
        if (!('value' in entry)) {
          expect.soft(caption, id).toContain(`${entry.title}: ${rows.length.toLocaleString('en-US')} row`);
          compared += 1;
          continue;
        }
        const value = Object.values(rows[0] ?? {})[entries.length === 1 ? 0 : index];
        const printed = typeof value === 'number' ? formatValue(value, entry.unit) : 'unknown';
        expect.soft(caption, id).toContain(`${entry.title}: ${printed}`);
        compared += 1;
      }
    }
    reader.close();
    expect(compared).toBeGreaterThanOrEqual(35);
  });

  test('every PromQL query as printed gives, on a real Prometheus, the figure as printed', async () => {
    let known = 0;
    for (const { id, caption, query } of shownIn(text).filter(({ language }) => language === 'promql')) {
      const atMs = Date.parse(/\(at (.*)\)$/.exec(caption)?.[1] ?? '');
      const found = await prometheus.range(query, atMs, atMs, 1000);
      const [entry] = document.appendix.filter((one) => one.id === id);
      if (!entry || !('value' in entry)) throw new Error(`${id} is no figure`);
      const value = found[0]?.values.get(atMs);
      if (value === undefined || Number.isNaN(value)) {
        expect.soft(caption, id).toContain(`${entry.title}: unknown`);
        continue;
      }
      known += 1;
      expect.soft(found, id).toHaveLength(1);
      expect.soft(caption, `${id} ${query}`).toContain(`${entry.title}: ${formatValue(value, entry.unit)}`);
    }
    // Traffic, latency, uptime, host: all but the planner's means, which this target hasn't.
    expect(known).toBeGreaterThanOrEqual(14);
  });
});

test('every point of every curve is what a real Prometheus gives at that step', async () => {
  const { fromMs, toMs, stepMs } = document;
  let compared = 0;
  for (const { worst, points, source, title } of Object.values(document.curves)) {
    if (source !== 'scrapes') continue;
    const [, expression = ''] = /^m(?:ax|in)_over_time\(\((.*)\)\[3h:\w+\]\)$/.exec(worst.query.text) ?? [];
    const [series] = await prometheus.range(expression, fromMs, toMs, stepMs);
    const there = [...(series?.values ?? [])].filter(([, value]) => !Number.isNaN(value));
    expect
      .soft(
        points.map(({ timeMs }) => timeMs),
        title,
      )
      .toEqual(there.map(([timeMs]) => timeMs));
    for (const [index, [, value]] of there.entries()) {
      expect.soft(points[index]?.value, title).toBeCloseTo(value, 9);
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(1000);
});

test('figures in the text are those of the appendix', () => {
  const figures = document.appendix.filter((entry) => 'value' in entry);
  for (const { title, target, told, achieved } of document.objectives) {
    expect.soft(figures, title).toContainEqual(achieved);
    const row = text.split('\n').find((line) => line.startsWith(`| ${title} |`));
    expect.soft(unescaped(row ?? ''), title).toContain(`| ${target} | ${told} (`);
    expect
      .soft(told, title)
      .toBe(achieved.value === null ? 'unknown' : formatValue(achieved.value, achieved.unit));
  }
});

test('what a person did is told: the deployment, who took the alert, and the override, for ever', () => {
  const table = text.slice(text.indexOf('## Timeline'), text.indexOf('## Alerts'));
  expect(table).toMatch(/deployment \| Deployment of v2 /);
  expect(table).toMatch(/acknowledged \| HighErrorRate acknowledged by maya/);
  expect(table).toMatch(/OVERRIDE \|.*fail, 25 % to 50 % \|.*lena: the cause is known/);
  expect(text).toMatch(/OVERRIDDEN by lena: the cause is known/);
  expect(document.conclusion.cautions).toContainEqual(expect.stringContaining('was overridden by lena'));
});

test('every alert stands there with its times, as the transitions have them', () => {
  const changes = watched.history.transitions(0, watched.endMs).filter(({ from, to }) => from !== to);
  const fired = changes.filter(({ to }) => to === 'firing');
  expect(fired.length).toBeGreaterThanOrEqual(6);
  expect(document.alerts.episodes).toHaveLength(fired.length);
  for (const episode of document.alerts.episodes) {
    const own = changes.filter(
      ({ alert, labels }) =>
        alert === episode.alert && JSON.stringify(labels) === JSON.stringify(episode.labels),
    );
    const at = own.findIndex(({ to, timeMs }) => to === 'firing' && timeMs === episode.firedMs);
    const end = own[at + 1]?.timeMs;
    expect.soft(episode.durationMs, episode.alert).toBe((end ?? watched.endMs) - episode.firedMs);
    expect.soft(episode.resolvedMs, episode.alert).toBe(end ?? null);
  }
});

test('an incident is named by its cause: the service, the signal or the check, never by a rule', () => {
  const causes = document.incidents.map(({ cause }) => cause).join('\n');
  expect(causes).not.toMatch(/TestPassRate|HealthCheckFailed|ServiceDown|High[A-Z]/);
  expect(causes).toMatch(inOrder('Error ratio', 'is down', 'P95 latency'));
});

test('coverage by its query is what the history itself reckons', () => {
  const { due, observed, missed, ratio } = watched.history.coverage(document.fromMs, document.toMs);
  const told = document.watched;
  expect([told.due.value, told.observed.value, told.missed.value]).toEqual([due, observed, missed]);
  expect(told.ratio.value).toBe(ratio);
});
