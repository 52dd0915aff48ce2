import type { AlertEpisode } from '../alert-episodes.ts';
import type { ReportDocument } from '../report-schema.ts';
import { kindOf } from '../timeline.ts';
import { alertTitle } from '../words.ts';
import type { Bar, BarChart, TimeMark } from './bars.ts';
import { palette } from './look.ts';

const looks: Record<string, Pick<Bar, 'height' | 'colour'>> = {
  critical: { height: 0.78, colour: palette.vermillion },
  info: { height: 0.26, colour: palette.sky },
};
const warningLook = { height: 0.5, colour: palette.orange };

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
    const common = { row, ...(looks[severity] ?? warningLook) };
    return [
      ...(firedMs > pendingMs ? [{ ...common, fromMs: pendingMs, toMs: firedMs, isHollow: true }] : []),
      { ...common, fromMs: firedMs, toMs: resolvedMs ?? toMs },
    ];
  });
  const marks = timeline.flatMap((event): TimeMark[] => {
    const { letter } = kindOf(event);
    return letter ? [{ atMs: event.atMs, label: letter }] : [];
  });
  return {
    rows: ['watched', ...names],
    bars: [...watchedBars(document), ...bars],
    marks: labelled(marks, (toMs - fromMs) / 60),
    labelWidth: 190,
    rowHeight: 20,
  };
}
