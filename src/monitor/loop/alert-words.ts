import {
  type AlertEvent,
  type AlertRecord,
  type AlertRule,
  alertText,
  type ChannelStatistics,
  countedAsPassed,
  cutOffRule,
  cutOffText,
  evaluationFailed,
  type NotifiedAlert,
  passRateStep,
  recordingRule,
  recordingText,
  releaseRule,
  rollbackTriggers,
  ruleOfAlert,
  runbookOfAlert,
  undeliveredRule,
  undeliveredText,
  unexpectedReleaseText,
} from '../../alerts/index.ts';
import { type CheckDefinition, holds, runbookOf } from '../../core/index.ts';
import { type CheckOutcome, locateCheck, placeText, type SuitePlace } from '../../suite/index.ts';
import type { Unrecorded } from './recording.ts';

/** What the words of an alert are made of. */
export interface WordContext {
  rules: readonly AlertRule[];
  catalogue: readonly CheckDefinition[] | undefined;
  /** The outcomes of the last cycle, for the words of a failed check. */
  outcomes: readonly Pick<
    CheckOutcome,
    | 'id'
    | 'was'
    | 'shown'
    | 'title'
    | 'group'
    | 'outcome'
    | 'reason'
    | 'measurements'
    | 'quarantined'
    | 'definition'
  >[];
  /** How each channel delivers now. */
  channels?: Readonly<Record<string, ChannelStatistics>> | undefined;
  /** Why the watch can't record, while it can't. */
  unrecorded?: Unrecorded | undefined;
  /** What a person on call does when this trigger calls for a rollback. */
  rollbackAdvice?: ((trigger: string) => string) | undefined;
  /** Where the checks are. */
  suite?: SuitePlace | undefined;
}

/** What of an alert its words are made of. */
type Worded = Pick<NotifiedAlert, 'rule' | 'labels' | 'isNew'> &
  Partial<Pick<NotifiedAlert, 'value' | 'flapping'>> &
  Partial<Pick<AlertRecord, 'status'>>;

function checkWords(
  alert: Worded,
  { catalogue, outcomes, channels, unrecorded }: WordContext,
): AlertEvent['annotations'] {
  const isOpen = unrecorded !== undefined || alert.status === 'firing' || alert.status === 'pending';
  if (alert.rule === undeliveredRule.name) return undeliveredText(alert, channels);
  if (alert.rule === cutOffRule.name) return cutOffText();
  if (alert.rule === recordingRule.name) return recordingText(unrecorded, isOpen);
  if (alert.rule === releaseRule.name) return unexpectedReleaseText(alert);
  const id = alert.labels.check ?? '';
  const outcome = outcomes.find((check) => check.id === id) ?? outcomes.find(({ was }) => was === id);
  const definition = catalogue?.find((check) => check.id === id) ?? outcome?.definition;
  const name = definition ? `${id} ${definition.title}` : (outcome?.shown ?? id);
  const said = (outcome?.outcome === 'fail' ? outcome.reason : undefined)?.split('\n', 1)[0];
  const { flapping } = alert;
  const lately = flapping ? `${name} is flapping, failed ${flapping.failed} of ${flapping.of}` : name;
  const summary = said ? `${lately}: ${said}` : flapping ? lately : `${name} failed`;
  return {
    summary: alert.isNew ? summary : `${summary} (known before the deployment)`,
    ...(definition && { next: definition.next, runbook: runbookOf(definition) }),
  };
}

/** Of a rule on the pass rate: the check that pulls it down now, and what to do about it. */
function stepOf(
  { labels }: Pick<AlertRule, 'labels'>,
  { catalogue, outcomes }: Pick<WordContext, 'catalogue' | 'outcomes'>,
) {
  if (labels.signal !== 'pass_rate' && labels.trigger !== 'pass_rate') return undefined;
  const definitionOf = (id: string) =>
    catalogue?.find((check) => check.id === id) ?? outcomes.find((check) => check.id === id)?.definition;
  return passRateStep(outcomes, definitionOf);
}

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function ruleWords(of: AlertRule, alert: Worded, context: WordContext): AlertEvent['annotations'] {
  const { rollbackAdvice } = context;
  const rule = ruleOfAlert(of, alert);
  const worded = alertText(rule, alert);
  const step = stepOf(rule, context);
  // A rate only sums up; once it is met again, what still fails is another matter.
  const isBreached = alert.value === undefined || !rule.limit || holds(rule.limit, alert.value);
  const text = {
    ...worded,
    summary: `${worded.summary}${isBreached ? countedAsPassed(alert, context.outcomes) : ''}`,
  };
  const summary = step && isBreached ? `${step.cause}; ${lowered(text.summary)}` : text.summary;
  const { trigger } = alert.labels;
  const isRollback = rule.name === 'RollbackRequired' && trigger !== undefined;
  const next = (isRollback && rollbackAdvice?.(trigger)) || step?.next || rule.next;
  return { ...text, summary, next, runbook: rule.runbook };
}

/** What a person reads of a check or a rule that could not be judged. */
function evaluationWords({ labels }: Worded): AlertEvent['annotations'] {
  const { rule, problem, check } = labels;
  return {
    summary: `${rule}${check === undefined ? '' : ` of ${check}`} could not be judged: ${problem}`,
    next: 'read the log of vigil monitor; this signal is not watched until the alert resolves',
    runbook: runbookOfAlert(evaluationFailed.name),
  };
}

/** The check that pulls the pass rate of a rule down, or that judges the same signal as a rule. */
function checkOf({ rule: name, labels }: Worded, context: WordContext): string | undefined {
  if (labels.check !== undefined) return labels.check;
  const { rules, catalogue } = context;
  const rule = rules.find((one) => one.name === name);
  const step = rule && stepOf(rule, context);
  if (step) return step.check;
  const cause = rule?.cause;
  const triggered = rollbackTriggers.find(({ trigger }) => trigger === labels.trigger)?.signal;
  const signal = cause?.replace(/^signal /, '') ?? triggered;
  const judging = (catalogue ?? []).filter(({ threshold }) => threshold === `${signal}.slo`);
  return (judging.find(({ group }) => group === 'monitoring') ?? judging[0])?.id;
}

/** What is wrong, in a sentence. */
export function summaryOf(alert: Worded, context: WordContext): string {
  const rule = context.rules.find(({ name }) => name === alert.rule);
  if (rule) return ruleWords(rule, alert, context).summary;
  return alert.rule === evaluationFailed.name
    ? evaluationWords(alert).summary
    : checkWords(alert, context).summary;
}

/** All that a person reads of an alert: what is wrong, what to do first, where more stands, and how its check is run. */
export function alertWords(alert: Worded, context: WordContext): AlertEvent['annotations'] {
  const rule = context.rules.find(({ name }) => name === alert.rule);
  const words = rule
    ? ruleWords(rule, alert, context)
    : alert.rule === evaluationFailed.name
      ? evaluationWords(alert)
      : checkWords(alert, context);
  const check = checkOf(alert, context);
  const place = check === undefined || !context.suite ? undefined : locateCheck(check, context.suite);
  return { ...words, ...(place && { run: placeText(place) }) };
}
