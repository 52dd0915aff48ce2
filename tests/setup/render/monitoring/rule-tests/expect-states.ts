import type { AlertRule } from '../../../../../src/alerts/index.ts';
import { durationLiteral } from '../../../../../src/core/index.ts';
import { prometheusRule } from '../../../../../src/setup/render/monitoring/alert-rules-file.ts';
import type { MonitoringSettings } from '../../../../../src/setup/render/monitoring/settings.ts';
import { filledIn } from './humanize.ts';
import type { Expected, RuleTest } from './rule-test.ts';

const selector = (labels: Readonly<Record<string, string>>): string =>
  `{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ')}}`;

/** Whether it is known what the texts say. */
const isTold = (one: Expected): boolean => one.state !== 'firing' || one.value !== undefined;

/** What promtool has to find: of firing alerts every label and text, of pending ones that they are there and do not fire yet. */
export function expectStates(
  rule: AlertRule,
  instance: Readonly<Record<string, string>>,
  settings: Pick<MonitoringSettings, 'runbookBase' | 'deployment'>,
  expected: readonly Expected[],
): Pick<RuleTest, 'alert_rule_test' | 'promql_expr_test'> {
  const { labels, annotations } = prometheusRule(rule, settings);
  const whole = { ...labels, ...instance };
  const text = (value: number) =>
    Object.fromEntries(
      Object.entries(annotations).map(([name, template]) => [name, filledIn(template, value, whole)]),
    );
  const all = `ALERTS{alertname=${JSON.stringify(rule.name)}}`;
  return {
    alert_rule_test: expected.filter(isTold).map((one) => ({
      eval_time: durationLiteral(one.atMs),
      alertname: rule.name,
      exp_alerts:
        one.state === 'firing' && one.value !== undefined
          ? [{ exp_labels: whole, exp_annotations: text(one.value) }]
          : [],
    })),
    // A rule without alerts and one that is pending look alike above.
    promql_expr_test: expected.map((one) => ({
      expr: all,
      eval_time: durationLiteral(one.atMs),
      exp_samples:
        one.state === 'quiet'
          ? []
          : [
              {
                labels: `ALERTS${selector({ alertname: rule.name, alertstate: one.state, ...whole })}`,
                value: 1,
              },
            ],
    })),
  };
}
