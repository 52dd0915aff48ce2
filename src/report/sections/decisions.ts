import { formatBound } from '../../thresholds/index.ts';
import { formatValue } from '../../units/index.ts';
import type { ReportDocument } from '../document.ts';
import type { DecisionEntry, RollbackEntry } from '../inputs.ts';
import { lengthText, timeText } from '../words.ts';
import type { Block, Section } from './block.ts';

function conditionsOf({ conditions }: DecisionEntry): string {
  return conditions
    .map(({ title, outcome, value, unit, limit, detail }) => {
      const figure = value === undefined || !unit ? '' : ` ${formatValue(value, unit)}`;
      const bound = limit && unit ? ` (${formatBound(limit, unit)})` : '';
      return `${outcome === 'pass' ? '✓' : outcome === 'fail' ? '✗' : '?'} ${title}${figure}${bound}${outcome === 'pass' ? '' : `: ${detail}`}`;
    })
    .join('; ');
}

/** What the gate decided; an override stands here for ever. */
export function gateSection({ decisions }: ReportDocument): Section {
  if (decisions.length === 0) {
    return { title: 'Gate', blocks: [{ kind: 'text', text: 'Nobody asked the gate in this window.' }] };
  }
  const overridden = decisions.filter(({ override }) => override);
  return {
    title: 'Gate',
    blocks: [
      {
        kind: 'text',
        text: `${decisions.length} decision${decisions.length === 1 ? '' : 's'}, ${overridden.length} overridden.`,
      },
      {
        kind: 'table',
        head: ['time (UTC)', 'traffic', 'verdict', 'conditions', 'asked by', 'override'],
        rows: decisions.map((decision) => [
          timeText(decision.atMs),
          `${decision.from === undefined ? '' : `${decision.from} % → `}${decision.to} %`,
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

function runBlocks(run: RollbackEntry): Block[] {
  const { type, reason, trigger, status, startedMs, endedMs, stages } = run;
  const length = endedMs === undefined ? 'it has not ended' : `it took ${lengthText(endedMs - startedMs)}`;
  return [
    { kind: 'heading', text: `${timeText(startedMs)}: ${type}, ${status}` },
    {
      kind: 'text',
      text: `${trigger ? `Trigger ${trigger}. ` : ''}Reason: ${reason}. Of the 15 minutes, ${length}.`,
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
export function rollbackSection({ rollbacks }: ReportDocument): Section {
  return {
    title: 'Rollbacks',
    blocks:
      rollbacks.length === 0
        ? [{ kind: 'text', text: 'No rollback ran in this window.' }]
        : rollbacks.flatMap(runBlocks),
  };
}
