import { channelsByRoutes, type Severity } from '../../../alerts/index.ts';
import type { ChannelConfig, Priority, VigilConfig } from '../../../core/index.ts';
import { secretFile } from './access.ts';

/** What an alert is, as far as it decides who is told. */
interface Graveness {
  severity: Severity;
  priority: Priority;
}

/** Somebody whom Alertmanager tells, in the form of its configuration. */
export interface RenderedChannel {
  kind: 'slack_configs' | 'pagerduty_configs' | 'email_configs';
  config: Record<string, unknown>;
  /** The file that holds its secret, and where that lies beside what is rendered. */
  secret: { file: string; source: string; reference?: string } | undefined;
  /** Whether the loop tells by it, too. */
  isOfLoop?: true;
  takes(alert: Graveness): boolean;
}

const title = '{{ .CommonLabels.severity }} {{ .CommonLabels.alertname }}: {{ .Status }}';
const body =
  '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n' +
  'Next: {{ .Annotations.next }} ({{ .Annotations.runbook_url }})\n{{ end }}';

const chat = (apiUrlFile: string, channel?: string) => ({
  api_url_file: apiUrlFile,
  channel,
  send_resolved: true,
  title,
  text: body,
});

const pager = (routingKeyFile: string, url?: string) => ({
  routing_key_file: routingKeyFile,
  url,
  severity: '{{ or .CommonLabels.severity "critical" }}',
  description: title,
  send_resolved: true,
});

interface Mail {
  to: readonly string[];
  from: string;
  smarthost: string;
  username?: string | undefined;
  passwordFile?: string | undefined;
  requireTls?: boolean | undefined;
}

const mail = ({ to, from, smarthost, username, passwordFile, requireTls }: Mail) => ({
  to: to.join(', '),
  from,
  smarthost,
  auth_username: username,
  auth_password_file: passwordFile,
  require_tls: requireTls,
  headers: { Subject: title },
  text: body,
  send_resolved: true,
});

/** Where Alertmanager reads what `env:` and `exec:` name, because it knows neither: the files of secrets/ are mounted there. */
export const alertmanagerSecrets = '/etc/alertmanager/secrets';

function secretOf(reference: string, name: string) {
  const source = secretFile(reference, name);
  const isOwnSecret = source.startsWith('secrets/');
  const file = isOwnSecret ? `${alertmanagerSecrets}${source.slice('secrets'.length)}` : source;
  return { source, file, reference };
}

const mounted = (file: string | undefined) => (file === undefined ? undefined : { file, source: file });

/** What `monitoring` itself names: chat takes critical and warning alerts, a pager critical ones, e-mail all. */
function ofMonitoring({ slack, pagerduty, email }: VigilConfig['monitoring']): RenderedChannel[] {
  const channels: RenderedChannel[] = [];
  if (slack)
    channels.push({
      kind: 'slack_configs',
      config: chat(slack.apiUrlFile, slack.channel),
      secret: mounted(slack.apiUrlFile),
      takes: ({ severity }) => severity !== 'info',
    });
  if (pagerduty)
    channels.push({
      kind: 'pagerduty_configs',
      config: pager(pagerduty.routingKeyFile),
      secret: mounted(pagerduty.routingKeyFile),
      takes: ({ severity }) => severity === 'critical',
    });
  if (email)
    channels.push({
      kind: 'email_configs',
      config: mail(email),
      secret: mounted(email.passwordFile),
      takes: () => true,
    });
  return channels;
}

/** A channel of the loop in the same form; `undefined` for what Alertmanager has no counterpart of. */
function renderedChannel(channel: ChannelConfig): Omit<RenderedChannel, 'takes'> | undefined {
  const name = channel.name ?? channel.type;
  switch (channel.type) {
    case 'slack': {
      const secret = secretOf(channel.secretUrl, `${name}-url`);
      return { kind: 'slack_configs', config: chat(secret.file), secret };
    }
    case 'pagerduty': {
      const secret = secretOf(channel.secretKey, `${name}-key`);
      const url = `${channel.url.replace(/\/+$/, '')}/v2/enqueue`;
      return { kind: 'pagerduty_configs', config: pager(secret.file, url), secret };
    }
    case 'email': {
      const { host, port, secure, plaintext, password } = channel;
      const secret = password === undefined ? undefined : secretOf(password, `${name}-password`);
      const config = mail({
        ...channel,
        smarthost: `${host}:${port}`,
        passwordFile: secret?.file,
        // With TLS from the first byte, on port 465, there is no STARTTLS to demand.
        requireTls: !secure && !plaintext,
      });
      return { kind: 'email_configs', config, secret };
    }
    default:
      return undefined;
  }
}

/**
 * Whom Alertmanager tells besides the webhook: the Slack, PagerDuty and e-mail channels of the loop, by the same routes,
 * and what `monitoring` names.
 */
export function renderedChannels({ monitoring, notifications }: VigilConfig): RenderedChannel[] {
  const { channels, routes } = notifications;
  const all = channels.map(({ name, type }) => ({ name: name ?? type, type }));
  const ofLoop = channels.flatMap((channel): RenderedChannel[] => {
    const rendered = renderedChannel(channel);
    const own = channel.name ?? channel.type;
    if (!rendered) return [];
    return [
      { ...rendered, isOfLoop: true, takes: (alert) => channelsByRoutes(alert, routes, all).includes(own) },
    ];
  });
  return [...ofMonitoring(monitoring), ...ofLoop];
}
