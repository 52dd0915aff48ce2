import { engineSetup, type Inhibition, type Severity, scaledBy } from '../../../alerts/index.ts';
import { formatDuration } from '../../../core/index.ts';
import { watchdog } from './alert-rules-file.ts';
import type { MonitoringSettings } from './settings.ts';
import { yamlFile } from './yaml-file.ts';

const severities: readonly Severity[] = ['critical', 'warning', 'info'];

type Receivers = MonitoringSettings['receivers'];

const matcherTexts = (matchers: Inhibition['source']): string[] =>
  matchers.map(({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`);

/** The matchers without the names of rules that are not rendered. */
function ofRules(matchers: Inhibition['target'], rules: ReadonlySet<string>): Inhibition['target'] {
  return matchers.map((matcher) => {
    if (matcher.label !== 'alertname' || matcher.operator !== '=~') return matcher;
    const names = matcher.value.split('|').filter((name) => rules.has(name));
    return { ...matcher, value: names.join('|') };
  });
}

const title = '{{ .CommonLabels.severity }} {{ .CommonLabels.alertname }}: {{ .Status }}';
const body =
  '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n' +
  'Next: {{ .Annotations.next }} ({{ .Annotations.runbook_url }})\n{{ end }}';

const emailBy = (email: NonNullable<Receivers['email']>) => ({
  to: email.to.join(', '),
  from: email.from,
  smarthost: email.smarthost,
  auth_username: email.username,
  auth_password_file: email.passwordFile,
  headers: { Subject: title },
  text: body,
  send_resolved: true,
});

/** Chat takes critical and warning alerts, a pager critical ones, webhook and e-mail all; what isn't configured is left out. */
function receiver(severity: Severity, { webhook, slack, pagerduty, email }: Receivers) {
  const chat = severity === 'info' ? undefined : slack;
  const pager = severity === 'critical' ? pagerduty : undefined;
  return {
    name: severity,
    webhook_configs: [{ url: webhook, send_resolved: true }],
    slack_configs: chat && [
      { api_url_file: chat.apiUrlFile, channel: chat.channel, send_resolved: true, title, text: body },
    ],
    pagerduty_configs: pager && [
      { routing_key_file: pager.routingKeyFile, severity, description: title, send_resolved: true },
    ],
    email_configs: email && [emailBy(email)],
  };
}

/** alertmanager.yml: by severity to its receiver, with the grouping, reminders and inhibitions of Vigil's own engine. */
export function alertmanagerConfig(settings: MonitoringSettings): string {
  const { naming, receivers } = settings;
  const { policy, rules } = engineSetup(settings.rules);
  const names = new Set(rules.map(({ name }) => name));
  const timed = (milliseconds: number) => formatDuration(scaledBy(naming, milliseconds));
  const { heartbeat, heartbeatInterval } = receivers;
  return yamlFile(
    {
      route: {
        // Who has no severity that is known is taken for the gravest.
        receiver: 'critical',
        group_by: policy.groupBy,
        group_wait: timed(policy.groupWaitMs),
        group_interval: timed(policy.groupWaitMs),
        routes: [
          {
            receiver: 'heartbeat',
            matchers: [`alertname=${JSON.stringify(watchdog.alert)}`],
            group_wait: '0s',
            group_interval: formatDuration(heartbeatInterval),
            // Shorter than the interval at which groups are looked at, or every second one would be left out.
            repeat_interval: formatDuration(heartbeatInterval / 2),
          },
          ...severities.map((severity) => ({
            receiver: severity,
            matchers: [`severity=${JSON.stringify(severity)}`],
            repeat_interval: timed(policy.remindAfterMs[severity] ?? neverMs),
          })),
        ],
      },
      inhibit_rules: policy.inhibitions.map(({ source, target, equal }) => ({
        source_matchers: matcherTexts(source),
        target_matchers: matcherTexts(ofRules(target, names)),
        equal: equal.length > 0 ? equal : undefined,
      })),
      receivers: [
        ...severities.map((severity) => receiver(severity, receivers)),
        { name: 'heartbeat', webhook_configs: [{ url: heartbeat, send_resolved: false }] },
      ],
    },
    'An alert without a severity that is known goes to the critical receiver.',
  );
}

/** As long as Alertmanager remembers what it told by default; it knows no "never". */
const neverMs = 120 * 3_600_000;
