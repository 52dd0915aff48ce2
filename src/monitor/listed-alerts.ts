import type { AlertRecord } from '../alerts/index.ts';
import { byText } from '../core/index.ts';
import type { JournalReader, StateReader } from '../history/index.ts';
import { openAlertsOf, shortIdOf } from './alert-actions.ts';
import { alertWords, type WordContext } from './loop/alert-words.ts';
import { savedState } from './loop/saved-state.ts';

/** An open alert in the words in which it is told. */
export interface ListedAlert {
  alert: AlertRecord;
  /** What a person types to name it. */
  id: string;
  words: ReturnType<typeof alertWords>;
  acknowledgedBy: string | undefined;
  /** Whether it stands under the alert that it follows from. */
  isConsequence: boolean;
}

/** The open alert that explains one now. */
function causeAmong(
  alerts: readonly AlertRecord[],
  { mute, explained }: AlertRecord,
): AlertRecord | undefined {
  if (mute?.kind !== 'inhibited') return undefined;
  return alerts.find(({ fingerprint }) => explained?.sources.includes(fingerprint));
}

/** The same alerts, each that follows from another after it. */
function underCauses(listed: readonly ListedAlert[]): ListedAlert[] {
  const alerts = listed.map(({ alert }) => alert);
  const following = (cause: AlertRecord | undefined): ListedAlert[] =>
    listed
      .filter(({ alert }) => causeAmong(alerts, alert) === cause)
      .flatMap((one) => [{ ...one, isConsequence: cause !== undefined }, ...following(one.alert)]);
  return following(undefined);
}

/** Firing before pending, then by priority, then the oldest. */
const byUrgency = ({ alert: a }: ListedAlert, { alert: b }: ListedAlert): number =>
  byText(a.status, b.status) ||
  byText(a.labels.priority ?? 'P1', b.labels.priority ?? 'P1') ||
  a.sinceMs - b.sinceMs;

/** What is pending or firing by a history, the most urgent first, what follows from another under it. */
export function listAlerts(
  history: JournalReader & StateReader,
  context: WordContext,
  nowMs: number,
): ListedAlert[] {
  const taken = history.acknowledgements(0, nowMs);
  const listed = openAlertsOf(savedState(history, 'alerts') ?? { alerts: {} })
    .map((alert) => ({
      alert,
      id: shortIdOf(alert),
      words: alertWords(alert, context),
      acknowledgedBy: taken.findLast(
        ({ alertKey, timeMs, untilMs = Number.POSITIVE_INFINITY }) =>
          alertKey === alert.fingerprint && timeMs >= alert.sinceMs && nowMs < untilMs,
      )?.who,
      isConsequence: false,
    }))
    .sort(byUrgency);
  return underCauses(listed);
}
