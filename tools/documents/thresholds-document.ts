import {
  type Bound,
  type CheckDefinition,
  formatBound,
  formatDuration,
  resolveThreshold,
  runbookOf,
  type SignalName,
  type SignalThresholds,
  type ThresholdLevel,
  type ThresholdRef,
  type ThresholdTable,
  type Unit,
} from '../../src/core/index.ts';
import { documentHead, markdownTable } from './markdown.ts';

const levels = ['slo', 'warning', 'critical', 'rollback'] as const satisfies ThresholdLevel[];
const none = '–';

const introduction = [
  'What the SLO column says must hold; a warning, critical or rollback limit is breached when it holds.',
  'The time is how long a breach must last by the rule. The key is the name under `thresholds` in',
  '[the configuration](configuration.md), where each limit can be changed.',
].join('\n');

/** A bound with the time that it must hold: `< 98 % for 5m`. */
function boundText(bound: Bound, unit: Unit): string {
  const lasting = bound.forSeconds ? ` for ${formatDuration(bound.forSeconds * 1000)}` : '';
  return `${formatBound(bound, unit)}${lasting}`;
}

/** A limit as a sentence: what must hold for an objective, what fails for every other level. */
export function limitText(table: ThresholdTable, ref: ThresholdRef): string {
  const { bound, unit, title } = resolveThreshold(table, ref);
  const verb = ref.endsWith('.slo') ? 'must be' : 'fails when';
  return `${title} ${verb} ${boundText(bound, unit)} (\`${ref}\`)`;
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
    ...levels.map((level) => (row[level] ? boundText(row[level], row.unit) : none)),
    checksJudgedBy(signal, catalogue),
  ]);
  const head = ['signal', 'key', 'SLO', 'warning', 'critical', 'rollback', 'checks'];
  return `${[documentHead('Thresholds', sources), introduction, markdownTable(head, rows)].join('\n\n')}\n`;
}
