import {
  type CheckDefinition,
  runbookOf,
  type SignalName,
  type SignalThresholds,
  type ThresholdLevel,
  type ThresholdRef,
  type ThresholdTable,
} from '../../core/index.ts';
import { boundText } from './limit-text.ts';
import { documentHead, markdownTable } from './markdown.ts';

const levels = ['slo', 'warning', 'critical', 'rollback'] as const satisfies ThresholdLevel[];
const none = '–';

const introduction = [
  'What the SLO column says must hold; a warning, critical or rollback limit is breached when it holds.',
  'The time is how long a breach must last by the rule. The key is the name under `thresholds` in',
  '[the configuration](configuration.md), where each limit can be changed.',
].join('\n');

function limitOf(row: SignalThresholds, level: ThresholdLevel): string {
  const bound = row[level];
  return bound ? boundText(bound, row.unit) : none;
}

function checksJudgedBy(signal: SignalName, catalogue: readonly CheckDefinition[]): string {
  const refs = levels.map((level): ThresholdRef => `${signal}.${level}`);
  const links = catalogue
    .filter(({ threshold }) => threshold && refs.includes(threshold))
    .map((check) => `[${check.id}](${runbookOf(check).replace(/^docs\//, '')})`);
  return links.join(', ') || none;
}

/** docs/thresholds.md: every limit of the table with its times, and the checks that are judged by it. */
export function thresholdsDocument(
  table: ThresholdTable,
  catalogue: readonly CheckDefinition[],
  sources: readonly string[],
): string {
  const rows = (Object.entries(table) as [SignalName, SignalThresholds][]).map(([signal, row]) => [
    row.title,
    `\`${signal}\``,
    ...levels.map((level) => limitOf(row, level)),
    checksJudgedBy(signal, catalogue),
  ]);
  const head = ['signal', 'key', 'SLO', 'warning', 'critical', 'rollback', 'checks'];
  return `${[documentHead('Thresholds', sources), introduction, markdownTable(head, rows)].join('\n\n')}\n`;
}
