import { formatBound, formatValue } from '../../../core/index.ts';
import type { RollbackRun, RollbackStage } from '../../../release/index.ts';
import type { Decided } from '../decided.ts';
import type { ReportDocument } from '../document.ts';
import { lengthText, timeText, verdictTone } from '../words.ts';
import { type Block, type Cell, paragraph, type Section, section, table } from './block.ts';

const signs = { pass: '✓', fail: '✗', unknown: '?', 'not configured': '–' };

function conditionsOf({ conditions }: Decided): string {
  return conditions
    .map(({ title, outcome, value, unit, limit, detail }) => {
      const figure = value === null || !unit ? '' : ` ${formatValue(value, unit)}`;
      const bound = limit && unit ? ` (${formatBound(limit, unit)})` : '';
      return `${signs[outcome]} ${title}${figure}${bound}${outcome === 'pass' ? '' : `: ${detail}`}`;
    })
    .join('; ');
}

/** What the gate decided; an override stands here for ever. */
export function gateSection({ decisions: { decided, listing } }: ReportDocument): Section {
  if (decided.length === 0)
    return section('Gate', paragraph('Nobody asked the gate in this window.', listing.id));
  const overridden = decided.filter(({ override }) => override).length;
  return section(
    'Gate',
    paragraph(`${decided.length} decision${decided.length === 1 ? '' : 's'}, ${overridden} overridden.`),
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

/** The rollbacks with their stages. */
export function rollbackSection({ decisions: { rollbacks, rollbackListing } }: ReportDocument): Section {
  const none = paragraph('No rollback ran in this window.', rollbackListing.id);
  return section('Rollbacks', ...(rollbacks.length === 0 ? [none] : rollbacks.flatMap(runBlocks)));
}
