import { type AlertRecord, alertText, rollbackTriggers } from '../../alerts/index.ts';
import {
  type Bound,
  byText,
  formatBound,
  type Priority,
  runbookOf,
  type Severity,
  type Unit,
} from '../../core/index.ts';
import type { Facts } from './facts.ts';
import { clause, valueText } from './words.ts';

/** An alert with everything that a person needs to know of it; times in ms since 1970. */
export interface ShownAlert {
  fingerprint: string;
  name: string;
  /** The check or the trigger, where a rule has an alert for each. */
  subject: string | undefined;
  status: AlertRecord['status'];
  priority: Priority;
  severity: Severity;
  /** What is wrong, with value and limit, as the middle of a sentence. */
  says: string;
  value: string | undefined;
  limit: string | undefined;
  /** The first reading that showed it. */
  sinceMs: number;
  firedAtMs: number | undefined;
  /** When a pending one fires if it stays. */
  dueMs: number | undefined;
  /** The last reading lay on the good side again, and it fires on for a while. */
  isClearing: boolean;
  /** The last reading that said anything, while there is none. */
  noDataSinceMs: number | undefined;
  isNew: boolean;
  mute: AlertRecord['mute'];
  acknowledged:
    | { who: string; atMs: number; untilMs: number | undefined; note: string | undefined }
    | undefined;
  next: string;
  runbook: string;
}

/** What there is to say about an alert, by its rule or its check. */
interface Description {
  says: string;
  unit?: Unit | undefined;
  limit?: Bound | undefined;
  forMs: number;
  next: string;
  runbook: string;
}

function ofCheck(alert: AlertRecord, { source, cycle }: Facts): Description {
  const id = alert.labels.check ?? '';
  const definition = source.catalogue?.find((check) => check.id === id);
  const outcome = cycle?.outcomes.find((check) => check.id === id);
  const name = definition ? `${id} ${definition.title}` : id;
  const trigger = rollbackTriggers.find((one) => one.check === id && definition?.group === 'rollback');
  const next = trigger && source.rollbackAdvice?.(trigger.trigger);
  const said = outcome?.outcome === 'fail' && outcome.reason ? clause(outcome.reason) : undefined;
  return {
    says: said ? `${name}: ${said}` : `${name} failed`,
    forMs: 0,
    // What it asks for may be under way, or done.
    next: next ?? definition?.next ?? 'read the message of the check',
    runbook: definition ? runbookOf(definition) : 'docs/incident-response.md#healthcheckfailed',
  };
}

function ofTrigger(
  alert: AlertRecord,
  { source }: Facts,
): Pick<Description, 'says' | 'unit' | 'limit' | 'forMs'> {
  const trigger = rollbackTriggers.find((one) => one.trigger === alert.labels.trigger);
  const row = trigger && source.table[trigger.signal];
  const limit = row?.rollback;
  if (!trigger || !row || !limit) return { says: `the trigger ${alert.labels.trigger} holds`, forMs: 0 };
  const forMs = (limit.forSeconds ?? 0) * 1000;
  if (trigger.signal === 'uptime') return { says: 'a service of the target does not answer', forMs };
  const value = valueText(alert.value, row.unit, limit) ?? 'unknown';
  return { says: `${row.title} ${value} (${formatBound(limit, row.unit)})`, unit: row.unit, limit, forMs };
}

function adviceOf({ labels }: AlertRecord, { source }: Facts): string {
  const trigger = labels.trigger ?? '';
  return source.rollbackAdvice?.(trigger) ?? `vigil rollback --execute --trigger ${trigger}`;
}

function describe(alert: AlertRecord, facts: Facts): Description {
  const rule = facts.source.rules.find(({ name }) => name === alert.rule);
  if (!rule) return ofCheck(alert, facts);
  const { summary } = alertText(rule, alert);
  return {
    says: clause(summary),
    unit: rule.unit,
    limit: rule.limit,
    forMs: rule.forSeconds * 1000,
    next: rule.next,
    runbook: rule.runbook,
    ...(alert.rule === 'RollbackRequired' && { ...ofTrigger(alert, facts), next: adviceOf(alert, facts) }),
  };
}

/** When a pending alert fires if every reading goes on as the last one; `undefined` while it is not known to hold. */
function dueOf({ status, last, heldMs }: AlertRecord, forMs: number): number | undefined {
  if (status !== 'pending' || last.state !== 'breached') return undefined;
  return last.atMs + Math.max(0, forMs - heldMs);
}

function acknowledgementOf(
  alert: AlertRecord,
  { acknowledgements, nowMs }: Facts,
): ShownAlert['acknowledged'] {
  const taken = acknowledgements.findLast(
    ({ alertKey, timeMs, untilMs }) =>
      alertKey === alert.fingerprint && timeMs >= alert.sinceMs && (untilMs === undefined || nowMs < untilMs),
  );
  if (!taken) return undefined;
  const { who, timeMs: atMs, untilMs, note } = taken;
  return { who, atMs, untilMs, note };
}

const order = { firing: 0, pending: 1, resolved: 2 } as const;

/** The alert in words. */
function openAlert(alert: AlertRecord, facts: Facts): ShownAlert {
  const { says, unit, limit, forMs, next, runbook } = describe(alert, facts);
  const { fingerprint, rule, status, labels, value, sinceMs, noDataSinceMs, mute, isNew } = alert;
  return {
    fingerprint,
    name: rule,
    subject: labels.check ?? labels.trigger,
    status,
    priority: (labels.priority ?? 'P1') as Priority,
    severity: (labels.severity ?? 'critical') as Severity,
    says,
    value: valueText(value, unit, limit),
    limit: limit && unit && formatBound(limit, unit),
    sinceMs,
    firedAtMs: alert.firedAtMs,
    dueMs: dueOf(alert, forMs),
    isClearing: status === 'firing' && alert.last.state === 'clear',
    noDataSinceMs,
    isNew,
    mute,
    acknowledged: acknowledgementOf(alert, facts),
    next,
    runbook,
  };
}

/** Every alert that the engine holds, the worst first: firing before pending, then priority, rules before checks, age. */
export function openAlerts(facts: Facts): ShownAlert[] {
  return Object.values(facts.status.alerts.alerts)
    .map((alert) => openAlert(alert, facts))
    .sort(
      (a, b) =>
        order[a.status] - order[b.status] ||
        byText(a.priority, b.priority) ||
        Number(a.name === 'HealthCheckFailed') - Number(b.name === 'HealthCheckFailed') ||
        a.sinceMs - b.sinceMs ||
        byText(a.fingerprint, b.fingerprint),
    );
}
