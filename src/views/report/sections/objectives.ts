import type { ReportDocument } from '../document.ts';
import { budgetText, stateText, stateTone } from '../words.ts';
import { cited, paragraph, type Section, table } from './block.ts';

/** The table of service level objectives. */
export function objectiveSection({ objectives }: ReportDocument): Section {
  return {
    title: 'Objectives',
    blocks: [
      paragraph(
        'The first four decide the verdict, the others warn. What a sample proves is the one-sided 95 % bound of Clopper and Pearson; of a sample without a bad one it is the rule of three.',
      ),
      table(
        ['objective', 'target', 'achieved', 'state', 'budget left', 'what the sample proves', 'query'],
        objectives.map((objective) => [
          objective.title,
          objective.target,
          { text: `${objective.told} (${objective.remark})` },
          { text: stateText[objective.state], tone: stateTone[objective.state] },
          { text: budgetText(objective), tone: (objective.budgetLeft ?? 0) < 0 ? 'bad' : undefined },
          objective.proves,
          cited(...objective.queries),
        ]),
      ),
    ],
  };
}
