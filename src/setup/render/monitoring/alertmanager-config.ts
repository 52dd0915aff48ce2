import {
  dependencyInhibitions,
  engineSetup,
  type Inhibition,
  type Severity,
  scaledBy,
} from '../../../alerts/index.ts';
import { durationLiteral, type Priority } from '../../../core/index.ts';
import { watchdog } from './alert-rules-file.ts';
import type { RenderedChannel } from './receivers.ts';
import type { MonitoringSettings } from './settings.ts';
import { yamlFile } from './yaml-file.ts';

const severities: readonly Severity[] = ['critical', 'warning', 'info'];

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

/** The priorities of a severity, and the one that its receiver is for. */
const prioritiesOf: Record<Severity, { usual: Priority; others: readonly Priority[] }> = {
  critical: { usual: 'P1', others: ['P0'] },
  warning: { usual: 'P3', others: ['P2'] },
  info: { usual: 'P4', others: [] },
};

type Receivers = Pick<MonitoringSettings, 'channels' | 'receivers'>;

/** Whoever takes such an alert, and always the webhook. */
function configsOf(severity: Severity, priority: Priority, { channels, receivers }: Receivers) {
  const taking = channels.filter(({ takes }) => takes({ severity, priority }));
  const configs = (wanted: RenderedChannel['kind']) => {
    const found = taking.filter(({ kind }) => kind === wanted).map(({ config }) => config);
    return found.length > 0 ? found : undefined;
  };
  return {
    webhook_configs: [{ url: receivers.webhook, send_resolved: true }],
    slack_configs: configs('slack_configs'),
    pagerduty_configs: configs('pagerduty_configs'),
    email_configs: configs('email_configs'),
  };
}

/** The receiver of a severity, and one for each of its priorities that goes to others. */
function receiversOf(severity: Severity, given: Receivers) {
  const { usual, others } = prioritiesOf[severity];
  const main = configsOf(severity, usual, given);
  const own = others
    .map((priority) => ({ priority, configs: configsOf(severity, priority, given) }))
    .filter(({ configs }) => JSON.stringify(configs) !== JSON.stringify(main))
    .map(({ priority, configs }) => ({ priority, name: `${severity}-${priority.toLowerCase()}`, configs }));
  return {
    severity,
    own,
    receivers: [{ name: severity, ...main }, ...own.map(({ name, configs }) => ({ name, ...configs }))],
  };
}

/** What enough probes see has been told: each of them need not tell it again. */
const ofQuorum = {
  source_matchers: ['probe=""', 'severity!="info"'],
  target_matchers: ['probe!=""', 'severity="info"'],
  equal: ['deployment', 'alertname', 'check', 'trigger', 'service'],
};

const demonstration = 'a demonstration: a receiver on this machine only';

/** What a person who reads the file must know of its receivers. */
function notesOf({ channels, rulesBy, receivers }: MonitoringSettings): string[] {
  const isHere = [receivers.webhook, receivers.heartbeat].some(
    (url) => new URL(url).hostname === '127.0.0.1',
  );
  return [
    ...(isHere
      ? ['Receivers on 127.0.0.1 are a demonstration; set monitoring.webhook and monitoring.heartbeat.']
      : []),
    ...(channels.some(({ isOfLoop }) => isOfLoop) && rulesBy === 'vigil'
      ? [
          "Vigil sends the same alerts through the same channels: set notifications.rulesBy to 'prometheus', or each is sent twice.",
        ]
      : []),
  ];
}

/** alertmanager.yml: by severity to its receiver, with the grouping, reminders and inhibitions of Vigil's own engine. */
export function alertmanagerConfig(settings: MonitoringSettings): string {
  const { naming, receivers, dependencies } = settings;
  const setup = engineSetup(settings.rules, {}, undefined, dependencyInhibitions(dependencies));
  const { policy, rules } = setup;
  const names = new Set(rules.map(({ name }) => name));
  const timed = (milliseconds: number) => durationLiteral(scaledBy(naming, milliseconds));
  const { heartbeat, heartbeatInterval } = receivers;
  const bySeverity = severities.map((severity) => receiversOf(severity, settings));
  const text = yamlFile(
    {
      route: {
        // Who has no severity that is known is taken for the gravest.
        receiver: 'critical',
        group_by: ['deployment', ...policy.groupBy],
        group_wait: timed(policy.groupWaitMs),
        group_interval: timed(policy.groupWaitMs),
        routes: [
          {
            receiver: 'heartbeat',
            matchers: [`alertname=${JSON.stringify(watchdog.alert)}`],
            group_wait: '0s',
            group_interval: durationLiteral(heartbeatInterval),
            // Shorter than the interval at which groups are looked at, or every second one would be left out.
            repeat_interval: durationLiteral(heartbeatInterval / 2),
          },
          ...bySeverity.map(({ severity, own }) => ({
            receiver: severity,
            matchers: [`severity=${JSON.stringify(severity)}`],
            repeat_interval: timed(policy.remindAfterMs[severity] ?? neverMs),
            routes:
              own.length > 0
                ? own.map(({ priority, name }) => ({
                    receiver: name,
                    matchers: [`priority=${JSON.stringify(priority)}`],
                  }))
                : undefined,
          })),
        ],
      },
      inhibit_rules: [
        ...policy.inhibitions.map(({ source, target, equal }) => ({
          source_matchers: matcherTexts(source),
          target_matchers: matcherTexts(ofRules(target, names)),
          equal: ['deployment', ...equal],
        })),
        ...(settings.targets.probes.length > 1 ? [ofQuorum] : []),
      ],
      receivers: [
        ...bySeverity.flatMap((one) => one.receivers),
        { name: 'heartbeat', webhook_configs: [{ url: heartbeat, send_resolved: false }] },
      ],
    },
    'An alert without a severity that is known goes to the critical receiver.',
    ...notesOf(settings),
  );
  return text.replaceAll(/^( *-? *url: http:\/\/127\.0\.0\.1:.*)$/gm, `$1 # ${demonstration}`);
}

/** As long as Alertmanager remembers what it told by default; it knows no "never". */
const neverMs = 120 * 3_600_000;
