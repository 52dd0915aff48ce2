import { randomUUID } from 'node:crypto';
import type { AlertRecord, EngineState } from '../alerts/index.ts';
import { didYouMean, type Matcher, VigilError } from '../core/index.ts';
import type { History } from '../history/index.ts';

/** What of the history is written to. */
type Journal = Pick<History, 'recordAcknowledgement' | 'saveMaintenance'>;

/** Digits of a fingerprint that tell the open alerts of one watch apart. */
const shortLength = 6;

/** The id of an alert as a person types it. */
export const shortIdOf = ({ fingerprint }: Pick<AlertRecord, 'fingerprint'>): string =>
  fingerprint.slice(0, shortLength);

/** The alerts that are pending or firing. */
export const openAlertsOf = ({ alerts }: Pick<EngineState, 'alerts'>): AlertRecord[] =>
  Object.values(alerts).filter(({ status }) => status !== 'resolved');

type Acknowledgeable = Pick<AlertRecord, 'fingerprint' | 'rule' | 'labels'>;

/** What can be acknowledged: what is open, and a rollback trigger that is over, which blocks the gate. */
export function acknowledgeableOf(state: EngineState): Acknowledgeable[] {
  const open = openAlertsOf(state);
  const members = Object.values(state.incidents).flatMap((incident) => incident.members);
  const ended = members.filter(({ rule, endedMs }) => rule === 'RollbackRequired' && endedMs !== undefined);
  return [...new Map([...ended, ...open].map((alert) => [alert.fingerprint, alert])).values()];
}

/** The labels that tell the alerts of one rule apart. */
const subjects = ['check', 'trigger', 'channel', 'job', 'service', 'instance'] as const;

/**
 * The open alerts that a person means: `all`, those of a rule, of a check or a trigger, or the one whose id begins so.
 * @throws USAGE where there is none, or an id is that of several
 */
export function alertsNamed<Alert extends Acknowledgeable>(name: string, open: readonly Alert[]): Alert[] {
  if (name === 'all' && open.length > 0) return [...open];
  const named = open.filter(
    ({ rule, labels }) => rule === name || subjects.some((label) => labels[label] === name),
  );
  if (named.length > 0) return named;
  const found = name.length >= 4 ? open.filter(({ fingerprint }) => fingerprint.startsWith(name)) : [];
  if (found.length === 1) return found;
  const known = open.map((alert) => `${shortIdOf(alert)} (${alert.rule})`).join(', ');
  const names = open.flatMap((alert) => [
    alert.rule,
    shortIdOf(alert),
    ...subjects.flatMap((label) => alert.labels[label] ?? []),
  ]);
  const near = didYouMean(name, open.length > 0 ? [...names, 'all'] : []);
  throw new VigilError(
    'USAGE',
    found.length > 1
      ? `more than one open alert has the id ${name}`
      : `no open alert is called "${name}"${near}`,
    {
      expected: 'an id, the name of a rule or of a check, or all',
      received: name,
      hint: known === '' ? 'no alert is open' : `open now: ${known}`,
    },
  );
}

/** Says who took some alerts: no reminder until each is resolved. */
export function acknowledgeAlerts(
  history: Journal,
  alerts: readonly Pick<AlertRecord, 'fingerprint'>[],
  { timeMs, who, note }: { timeMs: number; who: string; note: string | undefined },
): void {
  for (const { fingerprint } of alerts)
    history.recordAcknowledgement({ timeMs, alertKey: fingerprint, who, ...(note && { note }) });
}

/** A silence of some alerts; times in ms since 1970. */
export interface AlertSilence {
  fromMs: number;
  toMs: number;
  who: string;
  reason: string;
}

/** Silences each of some alerts for a while: nobody is told of it, and it is recorded and shown all the same. */
export function silenceAlerts(
  history: Journal,
  alerts: readonly Pick<AlertRecord, 'rule' | 'labels'>[],
  silence: AlertSilence,
): void {
  for (const { rule, labels } of alerts) {
    const own = subjects.flatMap((label): Matcher[] =>
      labels[label] === undefined ? [] : [{ label, operator: '=', value: labels[label] }],
    );
    const matchers: Matcher[] = [{ label: 'alertname', operator: '=', value: rule }, ...own];
    history.saveMaintenance({ id: randomUUID(), ...silence, matchers });
  }
}
