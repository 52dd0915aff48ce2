import { type AlertRule, alertText } from '../../src/alerts/index.ts';
import { formatBound, formatDuration } from '../../src/core/index.ts';
import { documentHead, markdownTable } from './markdown.ts';

const introduction = [
  'What makes each alert fire, with the limits in force without a configuration. `…` stands for the value. An alert is',
  'pending while its condition holds and its time is not over, then it fires; where figures hover around a limit it goes on',
  'for a while after. Each name leads to what to do. The same rules as PromQL: [monitoring/alerts.yml](../monitoring/alerts.yml).',
].join('\n');

const lasting = (seconds: number): string => (seconds > 0 ? formatDuration(seconds * 1000) : '–');

/** What an alert says of itself, with limits and times, and without a value. */
function sentenceOf(rule: AlertRule): string {
  const description = rule.description
    .replaceAll('{value}', '…')
    .replaceAll(/\{label:(\w+)\}/g, (_, label: string) => `_${label}_`);
  return alertText({ ...rule, description }, { labels: {} }).description;
}

/** docs/rules.md: the alert rules in their groups, as people read them. */
export function rulesDocument(rules: readonly AlertRule[], sources: readonly string[]): string {
  const rows = rules.map((rule) => [
    `[${rule.name}](${rule.runbook.replace(/^docs\//, '')})`,
    rule.priority,
    rule.severity,
    `\`genesis_${rule.group}\``,
    sentenceOf(rule),
    rule.limit && rule.unit && rule.limit.value > 0 ? formatBound(rule.limit, rule.unit) : '–',
    lasting(rule.forSeconds),
    lasting(rule.keepFiringSeconds),
  ]);
  const head = ['alert', 'priority', 'severity', 'group', 'says', 'limit', 'holds for', 'goes on for'];
  const title = `The ${rules.length} alert rules`;
  return `${[documentHead(title, sources), introduction, markdownTable(head, rows)].join('\n\n')}\n`;
}
