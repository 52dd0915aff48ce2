import { formatBound, formatValue } from '../../../core/index.ts';
import type { Decided, Decisions } from '../decided.ts';
import type { ReportDocument } from '../document.ts';
import { lengthText, timeText } from '../words.ts';
import type { Block, Section } from './block.ts';

function conditionsOf({ conditions }: Decided): string {
  return conditions
    .map(({ title, outcome, value, unit, limit, detail }) => {
      const figure = value === null || !unit ? '' : ` ${formatValue(value, unit)}`;
      const bound = limit && unit ? ` (${formatBound(limit, unit)})` : '';
      return `${outcome === 'pass' ? '✓' : outcome === 'fail' ? '✗' : '?'} ${title}${figure}${bound}${outcome === 'pass' ? '' : `: ${detail}`}`;
    })
    .join('; ');
}

/** What the gate decided; an override stands here for ever. */
export function gateSection({ decisions: { decided, listing } }: ReportDocument): Section {
  if (decided.length === 0) {
    return {
      title: 'Gate',
      blocks: [{ kind: 'text', text: 'Nobody asked the gate in this window.', queries: [listing.id] }],
    };
  }
  const overridden = decided.filter(({ override }) => override);
  return {
    title: 'Gate',
    blocks: [
      {
        kind: 'text',
        text: `${decided.length} decision${decided.length === 1 ? '' : 's'}, ${overridden.length} overridden.`,
      },
      {
        kind: 'table',
        head: ['time (UTC)', 'traffic', 'verdict', 'conditions', 'asked by', 'override'],
        rows: decided.map((decision) => [
          timeText(decision.atMs),
          `${decision.from} % → ${decision.to} %`,
          {
            text: decision.verdict,
            tone: decision.verdict === 'pass' ? 'good' : decision.verdict === 'fail' ? 'bad' : 'warn',
          },
          conditionsOf(decision),
          decision.askedBy,
          decision.override
            ? { text: `OVERRIDDEN by ${decision.override.by}: ${decision.override.reason}`, tone: 'bad' }
            : '',
        ]),
      },
    ],
  };
}

function runBlocks(run: Decisions['rollbacks'][number]): Block[] {
  const { type, reason, trigger, status, startedMs, endedMs, stages } = run;
  const length = endedMs === undefined ? 'it has not ended' : `it took ${lengthText(endedMs - startedMs)}`;
  return [
    { kind: 'heading', text: `${timeText(startedMs)}: ${type}, ${status}` },
    {
      kind: 'text',
      text: `${trigger ? `Trigger ${trigger.name}${trigger.limit ? ` (${trigger.limit})` : ''}. ` : ''}Reason: ${reason}. Of the 15 minutes, ${length}.`,
    },
    {
      kind: 'table',
      head: ['stage', 'status', 'took', 'budget', 'detail'],
      rows: stages.map((stage) => {
        const took =
          stage.startedMs === undefined || stage.endedMs === undefined
            ? undefined
            : stage.endedMs - stage.startedMs;
        const isOver = took !== undefined && took > stage.budgetMs;
        return [
          stage.name,
          { text: stage.status, ...(stage.status === 'failed' && { tone: 'bad' as const }) },
          {
            text: took === undefined ? 'not measured' : lengthText(took),
            ...(isOver && { tone: 'bad' as const }),
          },
          lengthText(stage.budgetMs),
          stage.detail ?? '',
        ];
      }),
    },
  ];
}

/** The rollbacks with their stages. */
export function rollbackSection({ decisions: { rollbacks, rollbackListing } }: ReportDocument): Section {
  return {
    title: 'Rollbacks',
    blocks:
      rollbacks.length === 0
        ? [{ kind: 'text', text: 'No rollback ran in this window.', queries: [rollbackListing.id] }]
        : rollbacks.flatMap(runBlocks),
  };
}
