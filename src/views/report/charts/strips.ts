import type { StripCell } from '../checks.ts';
import type { ReportDocument } from '../document.ts';
import { checkTitle } from '../words.ts';
import type { Bar, BarChart } from './bars.ts';
import { palette } from './look.ts';

const looks: Record<StripCell['worst'], Pick<Bar, 'height' | 'colour' | 'isHollow'>> = {
  fail: { height: 0.92, colour: palette.vermillion },
  unknown: { height: 0.5, colour: palette.orange, isHollow: true },
  pass: { height: 0.16, colour: palette.blue },
  skipped: { height: 0.06, colour: palette.gap },
};

/** Neighbours that look the same become one bar. */
function joined(cells: readonly StripCell[]): { worst: StripCell['worst']; from: number; to: number }[] {
  const runs: { worst: StripCell['worst']; from: number; to: number }[] = [];
  for (const { part, worst } of cells) {
    const last = runs.at(-1);
    if (last && last.to === part && last.worst === worst) last.to = part + 1;
    else runs.push({ worst, from: part, to: part + 1 });
  }
  return runs;
}

/** Every check as a row over the window. */
export function stripChart({ checks, fromMs, toMs }: ReportDocument): BarChart {
  const partMs = (toMs - fromMs) / checks.parts;
  const byCheck = Map.groupBy(checks.strips, ({ check }) => check);
  const bars = checks.checks.flatMap(({ check }, row) =>
    joined(byCheck.get(check) ?? []).map(
      ({ worst, from, to }): Bar => ({
        row,
        fromMs: fromMs + from * partMs,
        toMs: fromMs + to * partMs,
        ...looks[worst],
      }),
    ),
  );
  return {
    rows: checks.checks.map(checkTitle),
    bars,
    marks: [],
    fromMs,
    toMs,
    labelWidth: 220,
    rowHeight: 15,
  };
}
