import type { StripCell } from '../checks.ts';
import type { ReportDocument } from '../report-schema.ts';
import { checkTitle } from '../words.ts';
import type { Bar, BarChart } from './bars.ts';
import { palette } from './look.ts';

const looks: Record<StripCell['worst'], Pick<Bar, 'height' | 'colour' | 'isHollow'>> = {
  fail: { height: 0.92, colour: palette.vermillion },
  unknown: { height: 0.5, colour: palette.orange, isHollow: true },
  pass: { height: 0.16, colour: palette.blue },
  skipped: { height: 0.06, colour: palette.gap },
};

/** Every check as a row over the window. */
export function stripChart({ checks, fromMs, toMs }: ReportDocument): BarChart {
  const beginOf = (part: number) => fromMs + part * ((toMs - fromMs) / checks.parts);
  const byCheck = Map.groupBy(checks.strips, ({ check }) => check);
  const bars = checks.checks.flatMap(({ check }, row) => {
    const own: (Bar & Pick<StripCell, 'worst'>)[] = [];
    for (const { part, worst } of byCheck.get(check) ?? []) {
      const last = own.at(-1);
      // Neighbours that look the same become one bar.
      if (last?.worst === worst && last.toMs === beginOf(part)) last.toMs = beginOf(part + 1);
      else own.push({ worst, row, fromMs: beginOf(part), toMs: beginOf(part + 1), ...looks[worst] });
    }
    return own;
  });
  return { rows: checks.checks.map(checkTitle), bars, labelWidth: 220, rowHeight: 15 };
}
