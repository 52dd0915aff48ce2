import {
  type AlertRecord,
  type AlertRule,
  alertText,
  countedAsPassed,
  maintenanceOf,
  passRateStep,
  recordingRule,
  recordingText,
  rollbackTriggers,
  ruleOfAlert,
  undeliveredRule,
  undeliveredText,
} from '../../alerts/index.ts';
import { type Bound, byText, formatBound, runbookOf, type Unit } from '../../core/index.ts';
import { shortIdOf } from '../../monitor/index.ts';
import { failureText } from '../../suite/index.ts';
import { downText, nameOfCheck } from './causes.ts';
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
  /** The check to look at. */
  check?: string | undefined;
}

function ofCheck({ labels }: AlertRecord, { source, cycle }: Facts): Description {
  const id = labels.check ?? '';
  const definition = source.catalogue?.find((check) => check.id === id);
  const outcome = cycle?.outcomes.find((check) => check.id === id);
  const shown = nameOfCheck({ cycle })(id);
  const name = definition ? `${id} ${definition.title}` : shown;
  const trigger = rollbackTriggers.find((one) => one.check === id && definition?.group === 'rollback');
  // What a trigger's check asks for may be under way, or done.
  const next = trigger && source.rollbackAdvice?.(trigger.trigger);
  return {
    says: outcome?.outcome === 'fail' ? failureText(outcome, shown) : `${name} failed`,
    forSeconds: 0,
    next: next ?? definition?.next ?? 'open the check: its message, and the command that runs it alone',
    runbook: definition ? runbookOf(definition) : 'docs/incident-response.md#healthcheckfailed',
  };
}

/** The rule of an alert; that of a rollback trigger with the trigger's own limit. */
function ruleOf({ rule: name, labels }: AlertRecord, { source }: Facts): AlertRule | undefined {
  const rule = source.rules.find((one) => one.name === name);
  const { trigger = '' } = labels;
  const limit = rule?.triggers?.[trigger];
  if (!rule || !limit) return rule;
  return {
    ...ruleOfAlert(rule, { labels }),
    summary: limit.says,
    next: source.rollbackAdvice?.(trigger) ?? `vigil rollback --execute --trigger ${trigger}`,
  };
}

/** The check that pulls the pass rate down now, and what to do about it. */
const passRateStepOf = ({ cycle, source }: Facts) =>
  passRateStep(cycle?.outcomes ?? [], (id) => source.catalogue?.find((check) => check.id === id));

function describe(alert: AlertRecord, facts: Facts): Description {
  if (alert.rule === undeliveredRule.name) {
    const { summary, ...text } = undeliveredText(alert, facts.status.channels);
    return { ...text, says: summary, forSeconds: 0 };
  }
  if (alert.rule === recordingRule.name) {
    const {
      summary,
      next = '',
      ...text
    } = recordingText(facts.status.unrecorded, alert.status !== 'resolved');
    return { ...text, next, says: summary, forSeconds: 0 };
  }
  const rule = ruleOf(alert, facts);
  const step = rule?.labels.signal === 'pass_rate' ? passRateStepOf(facts) : undefined;
  const down = isDownAlert(alert) ? downText(facts) : undefined;
  if (rule && down !== undefined) return { ...rule, says: down };
  if (!rule) return ofCheck(alert, facts);
  const counted = alert.last.state === 'clear' ? '' : countedAsPassed(alert, facts.cycle?.outcomes ?? []);
  return { ...rule, says: `${clause(alertText(rule, alert).summary)}${counted}`, ...step };
}

const isDownAlert = ({ rule, labels }: AlertRecord): boolean =>
  rule === 'ServiceDown' || labels.trigger === 'service_down';

/** The alert with everything that a person needs to know of it; times in ms since 1970. */
function shownAlert(alert: AlertRecord, facts: Facts) {
  const { says, unit, limit, forSeconds, next, runbook, check } = describe(alert, facts);
  const {
    fingerprint,
    rule,
    status,
    labels,
    value,
    sinceMs,
    heldMs,
    last,
    noDataSinceMs,
    mute,
    isNew,
    isQuarantined = false,
    incident,
  } = alert;
  const isDue = status === 'pending' && last.state === 'breached';
  return {
    fingerprint,
    /** What a person types to name it. */
    shortId: shortIdOf(alert),
    name: rule,
    /** The check, the trigger, the channel or the service, where a rule has an alert for each. */
    subject: labels.check ?? labels.trigger ?? labels.channel ?? labels.instance ?? labels.job,
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
    /** Its check failed last in quarantine. */
    isQuarantined,
    /** It follows from another that somebody hears of. */
    isExplained: mute?.kind === 'inhibited',
    /** What it is part of, once it fired. */
    incident,
    mute,
    /** When nobody's being told of it ends, for one that is silenced. */
    silencedUntilMs:
      mute?.kind === 'maintenance' ? maintenanceOf(alert, facts.maintenance, facts.nowMs)?.toMs : undefined,
    acknowledged: facts.acknowledgements.findLast(
      ({ alertKey, timeMs, untilMs = Number.POSITIVE_INFINITY }) =>
        alertKey === fingerprint && timeMs >= sinceMs && facts.nowMs < untilMs,
    ),
    next,
    runbook,
    /** The check that failed, or that pulls a sum down. */
    check: labels.check ?? check,
    /** To be pasted. */
    commands: {
      acknowledge: facts.source.ownCommand(['alerts', '--acknowledge', shortIdOf(alert)]),
      silence: facts.source.ownCommand(['alerts', '--silence', shortIdOf(alert), '--for', '1h']),
    },
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
