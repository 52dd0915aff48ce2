import { formatValue, grouped } from '../../../core/index.ts';
import type { CheckTotals } from '../checks.ts';
import type { ReportDocument } from '../document.ts';
import { type Block, paragraph, type Section, table } from './block.ts';

const most = 8;

const nameOf = ({ check, title }: CheckTotals): string => (title === check ? check : `${check} ${title}`);
const seconds = (ms: number | null): string =>
  ms === null ? 'not timed' : formatValue(ms / 1000, 'seconds');
const notPassed = ({ failed, unknown }: CheckTotals): number => failed + unknown;

function ranked(
  title: string,
  none: string,
  checks: readonly CheckTotals[],
  by: (check: CheckTotals) => number,
  head: string[],
  cells: (check: CheckTotals) => string[],
): Block[] {
  const found = checks
    .filter((check) => by(check) > 0)
    .sort((a, b) => by(b) - by(a))
    .slice(0, most);
  const rows = found.map((check) => [nameOf(check), ...cells(check)]);
  return [
    { kind: 'heading', text: title },
    rows.length === 0 ? paragraph(none) : table(['check', ...head], rows),
  ];
}

/** The checks by what is worst about them. */
export function checkSection({
  checks: { checks, listing, stripListing, parts },
  fromMs,
  toMs,
}: ReportDocument): Section {
  if (checks.length === 0) {
    return { title: 'Checks', blocks: [paragraph('No check was run in this window.', listing.id)] };
  }
  const never = checks.filter(({ judged }) => judged === 0);
  const unjudged =
    never.length === 0
      ? 'Each was judged at least once.'
      : `${never.length} were never judged, for a part that is not declared: ${never.map(({ check }) => check).join(', ')}.`;
  const judged = (check: CheckTotals) => grouped(check.judged);
  const share = (count: number, check: CheckTotals) =>
    check.judged === 0 ? 'never judged' : formatValue(count / check.judged, 'ratio');
  return {
    title: 'Checks',
    blocks: [
      paragraph(`${checks.length} checks. ${unjudged}`, listing.id),
      {
        kind: 'chart',
        name: 'strips',
        caption: `Each check over time, the worst of every ${Math.round((toMs - fromMs) / parts / 60_000)} minutes. A full bar failed, half a hollow bar is unknown, a thin line passed, nothing was not run. (${stripListing.id})`,
      },
      ...ranked(
        'Most failing',
        'No judged check failed or was unknown.',
        checks,
        notPassed,
        ['failed', 'unknown', 'of judged', 'share'],
        (check) =>
          [check.failed, check.unknown].map(String).concat(judged(check), share(notPassed(check), check)),
      ),
      ...ranked(
        'Flakiest',
        'No check went from pass to fail or back.',
        checks,
        ({ flips }) => flips,
        ['changes between pass and fail', 'of judged'],
        (check) => [String(check.flips), judged(check)],
      ),
      ...ranked(
        'Slowest',
        'No check was timed.',
        checks,
        ({ durationP95Ms }) => durationP95Ms ?? 0,
        ['P95 of its duration', 'longest'],
        (check) => [seconds(check.durationP95Ms), seconds(check.durationMaxMs)],
      ),
    ],
  };
}
