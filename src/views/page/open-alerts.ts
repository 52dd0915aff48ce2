import {
  type AlertRecord,
  type AlertRule,
  alertText,
  rollbackTriggers,
  undeliveredRule,
  undeliveredText,
} from '../../alerts/index.ts';
import { type Bound, byText, formatBound, runbookOf, type Unit } from '../../core/index.ts';
import { shownNames } from '../../suite/index.ts';
import type { Facts } from './facts.ts';
import { clause, valueText } from './words.ts';

/** What there is to say about an alert, by its rule or its check. */
interface Description {
  says: string;
  unit?: Unit | undefined;
  limit?: Bound | undefined;
  forSeconds: number;
  next: string;
  runbook: string;
}

function ofCheck({ labels }: AlertRecord, { source, cycle }: Facts): Description {
  const id = labels.check ?? '';
  const definition = source.catalogue?.find((check) => check.id === id);
  const outcome = cycle?.outcomes.find((check) => check.id === id);
  const shown = shownNames(cycle?.outcomes.map((check) => check.id) ?? []).get(id);
  const name = definition ? `${id} ${definition.title}` : (shown ?? id);
  const trigger = rollbackTriggers.find((one) => one.check === id && definition?.group === 'rollback');
  // What a trigger's check asks for may be under way, or done.
  const next = trigger && source.rollbackAdvice?.(trigger.trigger);
  const reason = outcome?.outcome === 'fail' && outcome.reason;
  return {
    says: reason ? `${name}: ${clause(reason)}` : `${name} failed`,
    forSeconds: 0,
    next: next ?? definition?.next ?? 'read the message of the check',
    runbook: definition ? runbookOf(definition) : 'docs/incident-response.md#healthcheckfailed',
  };
}

/** The rule of an alert; that of a rollback trigger with the trigger's own limit. */
function ruleOf({ rule: name, labels }: AlertRecord, { source }: Facts): AlertRule | undefined {
  const rule = source.rules.find((one) => one.name === name);
  const trigger = rollbackTriggers.find((one) => one.trigger === labels.trigger);
  if (!rule || !trigger) return rule;
  const { title, unit, rollback: limit } = source.table[trigger.signal];
  const command = `vigil rollback --execute --trigger ${trigger.trigger}`;
  const isDown = trigger.signal === 'uptime';
  return {
    ...rule,
    unit,
    limit,
    forSeconds: limit?.forSeconds ?? 0,
    summary: isDown ? 'a service of the target does not answer' : `${title} {value} ({limit})`,
    next: source.rollbackAdvice?.(trigger.trigger) ?? command,
  };
}

function describe(alert: AlertRecord, facts: Facts): Description {
  if (alert.rule === undeliveredRule.name) {
    const { summary, ...text } = undeliveredText(alert, facts.status.channels);
    return { ...text, says: summary, forSeconds: 0 };
  }
  const rule = ruleOf(alert, facts);
  return rule ? { ...rule, says: clause(alertText(rule, alert).summary) } : ofCheck(alert, facts);
}

/** The alert with everything that a person needs to know of it; times in ms since 1970. */
function shownAlert(alert: AlertRecord, facts: Facts) {
  const { says, unit, limit, forSeconds, next, runbook } = describe(alert, facts);
  const { fingerprint, rule, status, labels, value, sinceMs, heldMs, last, noDataSinceMs, mute, isNew } =
    alert;
  const isDue = status === 'pending' && last.state === 'breached';
  return {
    fingerprint,
    name: rule,
    /** The check or the trigger, where a rule has an alert for each. */
    subject: labels.check ?? labels.trigger ?? labels.channel,
    status,
    priority: labels.priority ?? 'P1',
    severity: labels.severity ?? 'critical',
    /** What is wrong, with value and limit, as the middle of a sentence. */
    says,
    value: valueText(value, unit, limit),
    limit: limit && unit && formatBound(limit, unit),
    sinceMs,
    /** When a pending one fires if every reading goes on as the last one; `undefined` while it is not known to hold. */
    dueMs: isDue ? last.atMs + Math.max(0, forSeconds * 1000 - heldMs) : undefined,
    /** The last reading lay on the good side again, and it fires on for a while. */
    isClearing: status === 'firing' && last.state === 'clear',
    noDataSinceMs,
    isNew,
    mute,
    acknowledged: facts.acknowledgements.findLast(
      ({ alertKey, timeMs, untilMs = Number.POSITIVE_INFINITY }) =>
        alertKey === fingerprint && timeMs >= sinceMs && facts.nowMs < untilMs,
    ),
    next,
    runbook,
  };
}

export type ShownAlert = ReturnType<typeof shownAlert>;

const order = { firing: 0, pending: 1, resolved: 2 } as const;

/** Every alert that the engine holds, the worst first: firing before pending, then priority, rules before checks, age. */
export function openAlerts(facts: Facts): ShownAlert[] {
  return Object.values(facts.status.alerts.alerts)
    .map((alert) => shownAlert(alert, facts))
    .sort(
      (a, b) =>
        order[a.status] - order[b.status] ||
        byText(a.priority, b.priority) ||
        Number(a.name === 'HealthCheckFailed') - Number(b.name === 'HealthCheckFailed') ||
        a.sinceMs - b.sinceMs ||
        byText(a.fingerprint, b.fingerprint),
    );
}
