import type { ReportDocument } from '../document.ts';
import type { Objective } from '../objective.ts';
import { budgetText, stateText } from '../words.ts';
import type { Cell, Section } from './block.ts';

const toneOf: Record<Objective['state'], NonNullable<Cell['tone']>> = {
  met: 'good',
  missed: 'bad',
  unknown: 'warn',
};

/** The table of service level objectives. */
export function objectiveSection({ objectives }: ReportDocument): Section {
  return {
    title: 'Objectives',
    blocks: [
      {
        kind: 'text',
        text: 'The first four decide the verdict, the others warn. What a sample proves is the one-sided 95 % bound of Clopper and Pearson; of a sample without a bad one it is the rule of three.',
      },
      {
        kind: 'table',
        head: ['objective', 'target', 'achieved', 'state', 'budget left', 'what the sample proves', 'query'],
        rows: objectives.map((objective) => [
          objective.title,
          objective.target,
          { text: `${objective.told} (${objective.remark})` },
          { text: stateText[objective.state], tone: toneOf[objective.state] },
          { text: budgetText(objective), ...((objective.budgetLeft ?? 0) < 0 && { tone: 'bad' as const }) },
          objective.proves,
          { text: '', queries: objective.queries },
        ]),
      },
    ],
  };
}
