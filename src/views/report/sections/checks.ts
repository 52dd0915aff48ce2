import { formatValue, grouped } from '../../../core/index.ts';
import type { CheckTotals } from '../checks.ts';
import type { ReportDocument } from '../report-schema.ts';
import { checkTitle, lengthText } from '../words.ts';
import { type Block, paragraph, type Section, section, table } from './block.ts';

const most = 8;

const seconds = (ms: number | null): string =>
  ms === null ? 'not timed' : formatValue(ms / 1000, 'seconds');
const judgedText = ({ judged }: CheckTotals): string => grouped(judged);

/** The checks by what is worst about them; `none` where nothing is. */
const rankings: {
  title: string;
  none: string;
  by: (check: CheckTotals) => number;
  columns: Record<string, (check: CheckTotals) => string>;
}[] = [
  {
    title: 'Most failing',
    none: 'No judged check failed or was unknown.',
    by: ({ failed, unknown }) => failed + unknown,
    columns: {
      failed: ({ failed }) => String(failed),
      unknown: ({ unknown }) => String(unknown),
      'of judged': judgedText,
      share: ({ failed, unknown, judged }) => formatValue((failed + unknown) / judged, 'ratio'),
    },
  },
  {
    title: 'Flakiest',
    none: 'No check went from pass to fail or back.',
    by: ({ flips }) => flips,
    columns: {
      'changes between pass and fail': ({ flips }) => String(flips),
      'of judged': judgedText,
    },
  },
  {
    title: 'Slowest',
    none: 'No check was timed.',
    by: ({ durationP95Ms }) => durationP95Ms ?? 0,
    columns: {
      'P95 of its duration': ({ durationP95Ms }) => seconds(durationP95Ms),
      longest: ({ durationMaxMs }) => seconds(durationMaxMs),
    },
  },
];

function ranked(checks: readonly CheckTotals[]): Block[] {
  return rankings.flatMap(({ title, none, by, columns }): Block[] => {
    const found = checks.filter((check) => by(check) > 0).sort((a, b) => by(b) - by(a));
    const cells = Object.values(columns);
    const rows = found.slice(0, most).map((check) => [checkTitle(check), ...cells.map((of) => of(check))]);
    return [
      { kind: 'heading', text: title },
      rows.length === 0 ? paragraph(none) : table(['check', ...Object.keys(columns)], rows),
    ];
  });
}

/** Every check over time, and those that stand out. */
export function checkSection({ checks: found, fromMs, toMs }: ReportDocument): Section {
  const { checks, listing, stripListing, parts } = found;
  if (checks.length === 0) {
    return section('Checks', paragraph('No check was run in this window.', listing.id));
  }
  const never = checks.filter(({ judged }) => judged === 0);
  const unjudged =
    never.length === 0
      ? 'Each was judged at least once.'
      : `${never.length} were skipped in every cycle: ${never.map(({ check }) => check).join(', ')}.`;
  return section(
    'Checks',
    paragraph(`${checks.length} checks. ${unjudged}`, listing.id),
    {
      kind: 'chart',
      name: 'strips',
      caption: `Each check over time, the worst of every ${lengthText((toMs - fromMs) / parts)}. A full bar failed, half a hollow bar is unknown, a thin line passed, nothing was not run. (${stripListing.id})`,
    },
    ...ranked(checks),
  );
}
