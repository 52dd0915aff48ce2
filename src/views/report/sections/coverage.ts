import type { ReportDocument } from '../document.ts';
import { queriedText } from '../queries.ts';
import { lengthText, timeText } from '../words.ts';
import { paragraph, type Section, table } from './block.ts';

const shown = 100;

/** How much was watched, and every gap. */
export function coverageSection({ watched, fromMs, toMs }: ReportDocument): Section {
  const { ratio, due, observed, missed, planned, gaps, largestGapMs, cycles, otherCycles } = watched;
  const share =
    ratio.value === null
      ? 'No slot came due in this window.'
      : `${queriedText(observed)} of ${queriedText(due)} slots were observed: ${queriedText(ratio)}. ${queriedText(missed)} were missed; the longest gap lasted ${largestGapMs === 0 ? 'no time' : lengthText(largestGapMs)}.`;
  const longest = gaps.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)).slice(0, shown);
  const none =
    ratio.value === null
      ? 'Without a schedule there are no gaps to tell: nothing was promised and nothing proves that anybody watched.'
      : 'There is no gap.';
  const rows = longest
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map((gap) => [timeText(gap.fromMs), timeText(gap.toMs), lengthText(gap.toMs - gap.fromMs), gap.reason]);
  return {
    title: 'Coverage',
    blocks: [
      paragraph(share, ratio.id),
      paragraph(
        `${queriedText(planned)} of the ${lengthText(toMs - fromMs)} were planned to be watched. ${queriedText(cycles)} cycles are of this target, ${queriedText(otherCycles)} of others.`,
        planned.id,
        cycles.id,
      ),
      gaps.length === 0 ? paragraph(none) : table(['from (UTC)', 'to (UTC)', 'length', 'why'], rows),
      ...(gaps.length > shown ? [paragraph(`The longest ${shown} of ${gaps.length} gaps are shown.`)] : []),
    ],
  };
}
