import { formatBound, formatValue } from '../../../core/index.ts';
import {
  type RollbackRun,
  type RollbackStage,
  type ShadowRollback,
  shadowRecord,
} from '../../../release/index.ts';
import type { Decided } from '../decided.ts';
import type { ReportDocument } from '../report-schema.ts';
import { lengthText, timeText, verdictTone } from '../words.ts';
import { type Block, type Cell, paragraph, type Section, section, table } from './block.ts';

const signs = { pass: '✓', fail: '✗', unknown: '?', 'not configured': '–', advisory: '–' };

function conditionsOf({ conditions }: Decided): string {
  return conditions
    .map(({ title, outcome, value, unit, limit, detail }) => {
      const reached = value === null || !unit ? '' : ` ${formatValue(value, unit)}`;
      const bound = limit && unit ? ` (${formatBound(limit, unit)})` : '';
      return `${signs[outcome]} ${title}${reached}${bound}${outcome === 'pass' ? '' : `: ${detail}`}`;
    })
    .join('; ');
}

/** What the gate decided; an override stands here for ever. */
export function gateSection({ decisions: { decided, listing, advisory } }: ReportDocument): Section {
  if (decided.length === 0)
    return section('Gate', paragraph('Nobody asked the gate in this window.', listing.id));
  const overridden = decided.filter(({ override }) => override).length;
  return section(
    'Gate',
    paragraph(`${decided.length} decision${decided.length === 1 ? '' : 's'}, ${overridden} overridden.`),
    ...advisory.map((record) => paragraph(`Advisory: ${record}.`)),
    table(
      ['time (UTC)', 'traffic', 'verdict', 'conditions', 'asked by', 'override'],
      decided.map((decision) => [
        timeText(decision.atMs),
        `${decision.from} % → ${decision.to} %`,
        { text: decision.verdict, tone: verdictTone[decision.verdict] },
        conditionsOf(decision),
        decision.askedBy,
        decision.override
          ? { text: `OVERRIDDEN by ${decision.override.by}: ${decision.override.reason}`, tone: 'bad' }
          : '',
      ]),
    ),
  );
}

function stageRow({ name, status, startedMs, endedMs, budgetMs, detail }: RollbackStage): (string | Cell)[] {
  const took = startedMs === undefined || endedMs === undefined ? undefined : endedMs - startedMs;
  const isOver = took !== undefined && took > budgetMs;
  return [
    name,
    { text: status, tone: status === 'failed' ? 'bad' : undefined },
    { text: took === undefined ? 'not measured' : lengthText(took), tone: isOver ? 'bad' : undefined },
    lengthText(budgetMs),
    detail ?? '',
  ];
}

function runBlocks({ type, reason, trigger, status, startedMs, endedMs, stages }: RollbackRun): Block[] {
  const length = endedMs === undefined ? 'it has not ended' : `it took ${lengthText(endedMs - startedMs)}`;
  const limit = trigger?.limit ? ` (${trigger.limit})` : '';
  return [
    { kind: 'heading', text: `${timeText(startedMs)}: ${type}, ${status}` },
    paragraph(
      `${trigger ? `Trigger ${trigger.name}${limit}. ` : ''}Reason: ${reason}. Of the 15 minutes, ${length}.`,
    ),
    table(['stage', 'status', 'took', 'budget', 'detail'], stages.map(stageRow)),
  ];
}

/** What the loop would have done where it only watches. */
function shadowBlocks(shadows: readonly ShadowRollback[]): Block[] {
  if (shadows.length === 0) return [];
  const rows = shadows.map(({ atMs, release, reason, outcome }) => [
    timeText(atMs),
    release,
    reason,
    { right: 'it was rolled back', wrong: 'it got more traffic', open: 'not decided yet' }[outcome],
  ]);
  return [
    paragraph(`Automatic rollback is in shadow mode; it ${shadowRecord(shadows)}.`),
    table(['would have rolled back', 'release', 'reason', 'what followed'], rows),
  ];
}

/** The rollbacks with their stages. */
export function rollbackSection({
  decisions: { rollbacks, rollbackListing, shadows },
}: ReportDocument): Section {
  const none = paragraph('No rollback ran in this window.', rollbackListing.id);
  const ran = rollbacks.length === 0 ? [none] : rollbacks.flatMap(runBlocks);
  return section('Rollbacks', ...ran, ...shadowBlocks(shadows));
}
