import type { AlertEpisode } from '../alert-episodes.ts';
import type { ReportDocument } from '../document.ts';
import type { EventKind } from '../timeline.ts';
import { alertTitle } from '../words.ts';
import type { Bar, BarChart, TimeMark } from './bars.ts';
import { palette } from './look.ts';

const letters: Partial<Record<EventKind, string>> = {
  deployment: 'D',
  gate: 'G',
  override: 'O',
  rollback: 'R',
};
const heights: Record<string, number> = { critical: 0.78, warning: 0.5, info: 0.26 };
const colours: Record<string, string> = {
  critical: palette.vermillion,
  warning: palette.orange,
  info: palette.sky,
};

/** More rows than this and nobody sees anything at a glance: the gravest stay. */
const mostRows = 14;

const rank = ({ priority, durationMs }: AlertEpisode): number =>
  Number(priority.slice(1)) * 1e12 - durationMs;

/** What each stretch of the watch saw, between the gaps. */
function watchedBars({ watched: { gaps, due }, fromMs, toMs }: ReportDocument): Bar[] {
  if (!due.value) return [];
  const edges = [fromMs, ...gaps.flatMap((gap) => [gap.fromMs, gap.toMs]), toMs];
  return edges.flatMap((begin, index): Bar[] => {
    const end = edges[index + 1];
    if (index % 2 === 1 || end === undefined || end <= begin) return [];
    return [{ row: 0, fromMs: begin, toMs: end, height: 0.3, colour: palette.green }];
  });
}

/** Marks so near to each other that their letters would meet share one label. */
function labelled(marks: readonly TimeMark[], nearMs: number): TimeMark[] {
  const joined: TimeMark[] = [];
  let first: TimeMark | undefined;
  for (const mark of marks) {
    if (first && mark.atMs - first.atMs <= nearMs) {
      if (!first.label.includes(mark.label)) first.label += mark.label;
      if (mark.atMs > first.atMs) joined.push({ ...mark, label: '' });
      continue;
    }
    first = { ...mark };
    joined.push(first);
  }
  return joined;
}

/** The whole watch in one picture: when it watched, which alerts fired, and what people and machines did. */
export function glanceChart(document: ReportDocument): BarChart {
  const { alerts, timeline, fromMs, toMs } = document;
  const grave = alerts.episodes.toSorted((a, b) => rank(a) - rank(b));
  const names = [...new Set(grave.map(alertTitle))].slice(0, mostRows);
  const bars = alerts.episodes.flatMap((episode): Bar[] => {
    const row = names.indexOf(alertTitle(episode)) + 1;
    if (row === 0) return [];
    const { pendingMs, firedMs, resolvedMs, severity } = episode;
    const common = { row, height: heights[severity] ?? 0.5, colour: colours[severity] ?? palette.orange };
    return [
      ...(firedMs > pendingMs ? [{ ...common, fromMs: pendingMs, toMs: firedMs, isHollow: true }] : []),
      { ...common, fromMs: firedMs, toMs: resolvedMs ?? toMs },
    ];
  });
  const marks = timeline.flatMap(({ kind, atMs }): TimeMark[] => {
    const label = letters[kind];
    return label === undefined ? [] : [{ atMs, label }];
  });
  return {
    rows: ['watched', ...names],
    bars: [...watchedBars(document), ...bars],
    marks: labelled(marks, (toMs - fromMs) / 60),
    fromMs,
    toMs,
    labelWidth: 190,
    rowHeight: 20,
  };
}
