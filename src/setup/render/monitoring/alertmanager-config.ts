import { engineSetup, type Inhibition, type Severity, scaledBy } from '../../../alerts/index.ts';
import { formatDuration } from '../../../core/index.ts';
import { watchdog } from './alert-rules-file.ts';
import { rulesOf } from './rules-of.ts';
import type { MonitoringSettings, Receivers } from './settings.ts';
import { yamlFile } from './yaml-file.ts';

const severities = ['critical', 'warning', 'info'] as const satisfies readonly Severity[];

type Matchers = Inhibition['source'];

const matcherTexts = (matchers: Matchers): string[] =>
  matchers.map(({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`);

const title = '{{ .CommonLabels.severity }} {{ .CommonLabels.alertname }}: {{ .Status }}';
const eachAlert = (format: string) => `{{ range .Alerts }}${format}\n{{ end }}`;
const body = eachAlert(
  '{{ .Annotations.summary }}\n{{ .Annotations.description }}\nNext: {{ .Annotations.next }} ({{ .Annotations.runbook_url }})',
);

/** What PagerDuty calls our severities. */
const pagerDutySeverity = { critical: 'critical', warning: 'warning', info: 'info' } as const;

function receiver(severity: (typeof severities)[number], { webhook, slack, pagerduty, email }: Receivers) {
  return {
    name: severity,
    webhook_configs: [{ url: webhook, send_resolved: true }],
    ...(slack &&
      severity !== 'info' && {
        slack_configs: [
          { api_url_file: slack.apiUrlFile, channel: slack.channel, send_resolved: true, title, text: body },
        ],
      }),
    ...(pagerduty &&
      severity === 'critical' && {
        pagerduty_configs: [
          {
            routing_key_file: pagerduty.routingKeyFile,
            severity: pagerDutySeverity[severity],
            description: title,
            send_resolved: true,
          },
        ],
      }),
    ...(email && {
      email_configs: [
        {
          to: email.to.join(', '),
          from: email.from,
          smarthost: email.smarthost,
          ...(email.username && { auth_username: email.username }),
          ...(email.passwordFile && { auth_password_file: email.passwordFile }),
          headers: { Subject: title },
          text: body,
          send_resolved: true,
        },
      ],
    }),
  };
}

/** alertmanager.yml: by severity to its receiver, with the grouping, reminders and inhibitions of Vigil's own engine. */
export function alertmanagerConfig(settings: MonitoringSettings): string {
  const { naming, receivers } = settings;
  const { policy } = engineSetup(rulesOf(settings));
  const timed = (milliseconds: number) => formatDuration(scaledBy(naming, milliseconds));
  const { heartbeatIntervalMs } = receivers;
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
            group_interval: formatDuration(heartbeatIntervalMs),
            // Shorter than the interval at which groups are looked at, or every second one would be left out.
            repeat_interval: formatDuration(heartbeatIntervalMs / 2),
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
        target_matchers: matcherTexts(target),
        ...(equal.length > 0 && { equal }),
      })),
      receivers: [
        ...severities.map((severity) => receiver(severity, receivers)),
        { name: 'heartbeat', webhook_configs: [{ url: receivers.heartbeat, send_resolved: false }] },
      ],
    },
    'An alert without a severity that is known goes to the critical receiver.',
  );
}

/** As long as Alertmanager remembers what it told by default; it knows no "never". */
const neverMs = 120 * 3_600_000;
