import {
  type CheckDefinition,
  type Group,
  groups,
  type ThresholdTable,
  testTitle,
} from '../../src/core/index.ts';
import { documentHead, markdownTable } from './markdown.ts';
import { limitText } from './thresholds-document.ts';

const groupTitles: Record<Group, string> = {
  health: 'Health',
  metrics: 'Metrics and traces',
  slo: 'SLO baselines',
  monitoring: 'Continuous monitoring',
  rollback: 'Rollback triggers',
};

const introduction = [
  'A failed check names its heading here as its runbook. A check that needs a component which the',
  'configuration does not declare is skipped and says so; `orchestration` is always declared. What a',
  'threshold is called here is its key under `thresholds` in [the configuration](configuration.md); all',
  'of them are in [thresholds.md](thresholds.md).',
].join('\n');

function needsText({ needs }: CheckDefinition): string {
  return needs.length === 0 ? 'nothing of the target' : needs.map((need) => `\`${need}\``).join(', ');
}

function entry(check: CheckDefinition, table: ThresholdTable): string {
  const limit = check.threshold
    ? limitText(table, check.threshold)
    : 'fixed in the check, not in the table of thresholds; its message says what had to hold';
  return [
    `### ${testTitle(check)}`,
    '',
    `- Group: ${check.group}`,
    `- Severity: ${check.severity}, ${check.priority}`,
    `- Measures: ${check.measures}`,
    ...(check.doesNotSee ? [`- Does not see: ${check.doesNotSee}`] : []),
    `- Limit: ${limit}`,
    `- Needs: ${needsText(check)}`,
    `- Next step when it is red: ${check.next}`,
    ...(check.nextWhenUnknown ? [`- When it is unknown: ${check.nextWhenUnknown}`] : []),
  ].join('\n');
}

/** docs/checks.md: an entry for each check, under the heading to which its runbook link leads. */
export function checksDocument(
  catalogue: readonly CheckDefinition[],
  table: ThresholdTable,
  sources: readonly string[],
): string {
  const used = groups.filter((group) => catalogue.some((check) => check.group === group));
  const counts = used.map((group) => [
    groupTitles[group],
    String(catalogue.filter((check) => check.group === group).length),
  ]);
  const sections = used.flatMap((group) => [
    `## ${groupTitles[group]}`,
    ...catalogue.filter((check) => check.group === group).map((check) => entry(check, table)),
  ]);
  const parts = [
    documentHead(`The ${catalogue.length} checks`, sources),
    introduction,
    markdownTable(['group', 'checks'], counts),
    ...sections,
  ];
  return `${parts.join('\n\n')}\n`;
}
