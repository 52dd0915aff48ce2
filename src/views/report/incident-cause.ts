import { type AlertRule, alertText } from '../../alerts/index.ts';
import { byText } from '../../core/index.ts';
import type { CycleReader, RecordedCycle, RowReader } from '../../history/index.ts';
import { failureText } from '../../suite/index.ts';
import { causeOf, distanceFromCause, downText, isSum, nameOfCheck } from '../page/causes.ts';
import { clause } from '../page/words.ts';
import type { AlertEpisode } from './alert-episodes.ts';
import type { Scope } from './window.ts';
import { alertTitle } from './words.ts';

/** What the cause of an incident is looked for in. */
export interface CauseSource {
  reader: Pick<CycleReader, 'cycle'> & Pick<RowReader, 'query'>;
  scope: Pick<Scope, 'cycles'>;
  rules: readonly AlertRule[];
}

const named = ({ alert, labels }: AlertEpisode) => ({ name: alert, subject: labels.check ?? labels.trigger });

/** The alert of an incident that says the most of its cause, by the page's order. */
export const leadingEpisode = (members: readonly AlertEpisode[]): AlertEpisode | undefined =>
  members.toSorted(
    (a, b) =>
      distanceFromCause(named(a)) - distanceFromCause(named(b)) ||
      byText(a.priority, b.priority) ||
      Number(a.alert === 'HealthCheckFailed') - Number(b.alert === 'HealthCheckFailed') ||
      a.firedMs - b.firedMs,
  )[0];

/** The newest cycle that had ended by then. */
function cycleBy({ reader, scope }: CauseSource, atMs: number): RecordedCycle | undefined {
  const [row] = reader.query(
    `SELECT id FROM cycles WHERE ${scope.cycles} AND started_ms + duration_ms <= ${atMs}
ORDER BY started_ms DESC, seq DESC LIMIT 1`,
  );
  return row && reader.cycle(String(row.id));
}

/** Older histories have it under the name of the target: `GenesisServiceDown`. */
const isDown = ({ alert }: AlertEpisode): boolean => alert.endsWith('ServiceDown');

/** The services that were down, by the alerts of an incident. */
function downIn(members: readonly AlertEpisode[]): string[] {
  const names = members.filter(isDown).map(({ labels: { service, job, instance } }) => {
    const name = service ?? job ?? 'a service of the target';
    return instance === undefined ? name : `${name} at ${instance}`;
  });
  return [...new Set(names)].sort(byText);
}

/** What an incident was, as the page's headline said it when it began: the service, the check or the signal. */
export function causeText(lead: AlertEpisode, members: readonly AlertEpisode[], source: CauseSource): string {
  const down = downIn(members);
  if (isDown(lead)) return downText({ down }) ?? alertTitle(lead);
  const cycle = cycleBy(source, lead.firedMs);
  if (isSum(named(lead))) {
    const cause = causeOf({ cycle, source: { catalogue: undefined }, down });
    if (cause) return cause.text;
  }
  const { check } = lead.labels;
  const failed = cycle?.outcomes.find(({ id, outcome }) => id === check && outcome === 'fail');
  if (failed) return failureText(failed, nameOfCheck({ cycle })(failed.id));
  const rule = source.rules.find(({ name }) => name === lead.alert);
  const { labels, value } = lead;
  return rule ? clause(alertText(rule, { labels, value: value ?? undefined }).summary) : alertTitle(lead);
}
