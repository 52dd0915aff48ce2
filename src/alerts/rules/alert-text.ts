import {
  formatAgainst,
  formatBound,
  formatDuration,
  formatValue,
  holds,
  type Unit,
} from '../../core/index.ts';
import type { AlertRule } from './rule.ts';
import { ruleOfAlert } from './trigger-limits.ts';

type RuleText = Pick<
  AlertRule,
  'unit' | 'limit' | 'forSeconds' | 'spans' | 'summary' | 'description' | 'triggers'
>;

function fill(template: string, tokens: (name: string) => string): string {
  return template.replaceAll(/\{([a-z]+(?::[a-z_]+)?)\}/g, (_, name: string) => tokens(name));
}

function fixedToken(rule: RuleText, name: string): string {
  if (name === 'limit') return rule.limit && rule.unit ? formatBound(rule.limit, rule.unit) : 'none';
  const span = name === 'for' ? rule.forSeconds : (rule.spans[name] ?? 0);
  return span > 0 ? formatDuration(span * 1000) : 'one reading';
}

/** Which of several it is, where there are several. */
const at = (instance: string | undefined): string => (instance === undefined ? '' : ` at ${instance}`);

/** Summary and description of an alert for a person: value and limit in their unit, and that the value is no longer past it. */
export function alertText(
  of: RuleText,
  alert: { value?: number | undefined; labels: Readonly<Record<string, string>> },
): { summary: string; description: string } {
  const rule = ruleOfAlert(of, alert);
  const tokens = (name: string): string => {
    if (name.startsWith('label:')) return alert.labels[name.slice(6)] ?? 'unknown';
    if (name.startsWith('at:')) return at(alert.labels[name.slice(3)]);
    if (name !== 'value') return fixedToken(rule, name);
    if (alert.value === undefined || !rule.unit) return 'unknown';
    return rule.limit
      ? formatAgainst(alert.value, rule.limit.value, rule.unit)
      : formatValue(alert.value, rule.unit);
  };
  const { limit } = rule;
  const isOver = limit !== undefined && alert.value !== undefined && !holds(limit, alert.value);
  const inSummary = (name: string) =>
    name === 'limit' && isOver ? `no longer ${tokens(name)}` : tokens(name);
  return { summary: fill(rule.summary, inSummary), description: fill(rule.description, tokens) };
}

const humanize: Record<Unit, string> = {
  ratio: '{{ $value | humanizePercentage }}',
  seconds: '{{ $value | humanizeDuration }}',
  bytes: '{{ $value | humanize1024 }}B',
  count: '{{ $value | humanize }}',
  perSecond: '{{ $value | humanize }}/s',
  bytesPerHour: '{{ $value | humanize1024 }}B/h',
  bytesPerOperation: '{{ $value | humanize1024 }}B/operation',
};

/** The same texts as annotations of a Prometheus rule, which fills in value and labels by itself. */
export function alertTextForPrometheus(rule: RuleText): { summary: string; description: string } {
  const tokens = (name: string): string => {
    if (name.startsWith('label:')) return `{{ $labels.${name.slice(6)} }}`;
    if (name.startsWith('at:')) return `{{ with $labels.${name.slice(3)} }} at {{ . }}{{ end }}`;
    if (name !== 'value') return fixedToken(rule, name);
    return rule.unit ? humanize[rule.unit] : '{{ $value }}';
  };
  return { summary: fill(rule.summary, tokens), description: fill(rule.description, tokens) };
}
