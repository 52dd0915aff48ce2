import { slisOf } from '../../alerts/index.ts';
import {
  type Found,
  finding,
  type GateCondition,
  isOpen,
  isoTime,
  type Known,
  later,
  notConfigured,
  type Subject,
  spanOf,
} from './condition.ts';
import { criticalAlerts, rollbackCall, sentinel } from './conditions/alerts.ts';
import { rejected, routeErrors, routeRedirects } from './conditions/answers.ts';
import { burnRate, errorBudget } from './conditions/budget.ts';
import { canaryErrors, canaryLatency } from './conditions/canary.ts';
import { newFailures } from './conditions/checks.ts';
import { excusedIn } from './conditions/excused.ts';
import { sameCriteria, sameRelease } from './conditions/identity.ts';
import { restarts } from './conditions/instances.ts';
import { routeLatency } from './conditions/latency.ts';
import { ledgerRead, noOutage, noRollback, soakTime, stageOrder } from './conditions/rollout.ts';

import { errorRatio, latencyP95, passRate, uptime } from './conditions/signals.ts';
import { clock, coverage, cycles, freshness, gap, sameTarget } from './conditions/watch.ts';
import type { GateEvidence } from './evidence.ts';
import { isConsequence, leadOf } from './lead.ts';
import { standingOf, standingOfRelease } from './plan.ts';
import { provesText } from './proves.ts';
import type { GateRules } from './setup.ts';
import type { BurnEvidence } from './signal-evidence.ts';

export type GateVerdict = 'pass' | 'fail' | 'inconclusive';

/** What was asked, and by whom. */
export interface GateQuestion {
  /** Of the decision that answers it. */
  id: string;
  /** Share of the traffic in percent. */
  to: number;
  askedBy: string;
  /** The way it was asked on: `command`, `http`, `flagger confirm-promotion`, … */
  via: string;
  override?: { by: string; reason: string } | undefined;
  /** Cycles count though they were judged by other thresholds, or by another suite. */
  acceptThresholds?: boolean | undefined;
}

/** The answer to whether a release may have more traffic. */
export interface GateDecision extends GateQuestion {
  atMs: number;
  from: number;
  /** What the evidence says; an override changes what is let through, never this. */
  verdict: GateVerdict;
  conditions: GateCondition[];
  next: string;
  /** Which of the conditions that keep it shut `next` begins with, by its id. */
  first?: string | undefined;
  askAgainAtMs?: number | undefined;
  /** What the sample can and cannot show. */
  proves: string;
}

const worstFirst = ['fail', 'unknown', 'pass', 'not configured'] as const;

/** What a service burns by a rule. */
const burnOf = ({ signals }: Subject, burn: BurnEvidence): BurnEvidence =>
  signals.burns.find(({ rule }) => rule === burn.rule) ?? burn;

/** What was found of the service that is worst. */
const worstOf = (found: readonly Found[]): Found =>
  worstFirst.flatMap((outcome) => found.find((one) => one.outcome === outcome) ?? [])[0] ?? noTraffic;

const noTraffic = notConfigured('no metrics of live traffic: checks, watch, alerts and soak time decide');

/** A condition that is only advisory keeps no gate shut: what it would have done is said. */
function asAdvised(condition: GateCondition, { advisory }: GateRules): GateCondition {
  if (!isOpen(condition) || !advisory.includes(condition.id)) return condition;
  const { id, title, detail, outcome, value, unit, limit } = condition;
  return {
    id,
    title,
    ...finding('advisory', `would have held it (${outcome}): ${detail}`, { value, unit, limit }),
  };
}

type Judged = [id: string, title: string, found: Found];

/** Everything that must hold before a release gets more traffic, in the order in which it is shown. */
function conditionsOf(subject: Subject): GateCondition[] {
  const { burns, canary } = subject.signals;
  const { naming, services } = subject;
  /** A condition on live traffic, where anything tells of it: of several services that which is worst decides. */
  const ofTraffic = (judge: (one: Subject) => Found): Found => {
    if (slisOf(naming).length === 0) return noTraffic;
    const { each } = subject.signals;
    if (!each) return judge(subject);
    const found = each.map(({ service, ...own }) => {
      const one = judge({ ...subject, signals: { ...subject.signals, ...own } });
      return { ...one, detail: `${service}: ${one.detail}` };
    });
    return worstOf(found);
  };
  const judged: Judged[] = [
    ['order', 'stage order', stageOrder(subject)],
    ['soak', 'soak time', soakTime(subject)],
    ['rollback', 'rollbacks', noRollback(subject)],
    ...(subject.recorded.outages?.length ? [['outage', 'outages', noOutage(subject)] satisfies Judged] : []),
    ...(subject.ledger ? [['ledger', 'shared ledger', ledgerRead(subject)] satisfies Judged] : []),
    ['clock', 'clock', clock(subject)],
    ['target', 'evidence of this target', sameTarget(subject)],
    ['release', 'release', sameRelease(subject)],
    ['criteria', 'suite and thresholds', sameCriteria(subject)],
    ['cycles', 'cycles', cycles(subject)],
    ['freshness', 'newest cycle', freshness(subject)],
    ['coverage', 'coverage of the watch', coverage(subject)],
    ['gap', 'largest gap', gap(subject)],
    ['passRate', 'pass rate', passRate(subject)],
    ['errorRatio', 'error ratio', ofTraffic(errorRatio)],
    ['latencyP95', 'P95 latency', ofTraffic(latencyP95)],
    ['uptime', 'uptime', services.length > 0 ? uptime(subject) : notConfigured('no service is configured')],
    ['errorBudget', 'error budget left', ofTraffic(errorBudget)],
  ];
  const { restarts: restarted = [], rejected: rejections = [], latencies = [] } = subject.signals;
  if (restarted.length > 0) judged.push(['restarts', 'restarts', restarts(restarted, subject)]);
  for (const burn of burns)
    judged.push([
      burn.rule,
      `burn over ${spanOf(burn.longMs)}`,
      ofTraffic((one) => burnRate(burnOf(one, burn), one)),
    ]);
  if (rejections.length > 0)
    judged.push(
      ['routeErrors', 'errors by route', worstOf(rejections.map((one) => routeErrors(one, subject)))],
      [
        'routeRedirects',
        'redirects by route',
        worstOf(rejections.map((one) => routeRedirects(one, subject))),
      ],
      ['rejected', 'rejected requests', worstOf(rejections.map((one) => rejected(one, subject)))],
    );
  if (latencies.length > 0)
    judged.push([
      'routeLatency',
      'latency by route',
      worstOf(latencies.map((one) => routeLatency(one, subject))),
    ]);
  judged.push(
    ['alerts', 'critical alerts', criticalAlerts(subject)],
    ['checks', 'new failures', newFailures(subject)],
    ['sentinel', 'sentinel', sentinel(subject)],
  );
  // Before the first stage the canary has no traffic of its own, so it is compared only where there is some.
  if (canary && (subject.standing?.percent || canary.canary.operations !== 0)) {
    judged.push(
      ['canaryLatency', 'canary latency', ofTraffic(() => canaryLatency(canary, subject))],
      ['canaryErrors', 'canary errors', ofTraffic(() => canaryErrors(canary, subject))],
    );
  }
  return judged.map(([id, title, found]) => asAdvised({ id, title, ...found }, subject));
}

/** The worst outcome wins, and no condition at all is no pass; what is not configured decides nothing. */
export function verdictOfConditions(conditions: readonly GateCondition[]): GateVerdict {
  if (conditions.some(({ outcome }) => outcome === 'fail')) return 'fail';
  const isPass = conditions.some(({ outcome }) => outcome === 'pass') && !conditions.some(isOpen);
  return isPass ? 'pass' : 'inconclusive';
}

/** When every condition that time can mend may be met; left out when one failed for which waiting will not help. */
function askAgainAt(open: readonly GateCondition[]): number | undefined {
  if (open.some(({ outcome, askAgainAtMs }) => outcome === 'fail' && askAgainAtMs === undefined))
    return undefined;
  const times = open.flatMap(({ askAgainAtMs }) => askAgainAtMs ?? []);
  return times.length > 0 ? Math.max(...times) : undefined;
}

/** What is said first of what keeps it shut: what time does not mend, and checks that could not be judged before what they pull down. */
function firstOpen(subject: Subject, open: readonly GateCondition[]): GateCondition | undefined {
  const failed = open
    .filter(({ outcome }) => outcome === 'fail')
    .sort((a, b) => leadOf(a, subject) - leadOf(b, subject));
  const unjudged = open.find(({ id, outcome }) => id === 'checks' && outcome === 'unknown');
  const isByUnjudged = failed.length > 0 && failed.every((one) => isConsequence(one, subject));
  return (
    (isByUnjudged ? unjudged : undefined) ??
    failed.find(({ askAgainAtMs }) => askAgainAtMs === undefined) ??
    failed[0] ??
    open[0]
  );
}

function nextOf(subject: Subject, first: GateCondition | undefined, againMs: number | undefined): string {
  const { atMs, recorded, plan, to } = subject;
  if (!first) {
    const deployedMs = recorded.deployment?.timeMs ?? atMs;
    const taken = [...recorded.taken, { percent: to, takenMs: atMs, isOverride: false }];
    const after = standingOf(plan, deployedMs, taken).next;
    const then = after
      ? `then let it hold, and ask for ${after.percent} % from ${isoTime(after.soakEndsMs)} on`
      : 'it is the last stage of the plan';
    return `Let ${to} % of the traffic through; ${then}.`;
  }
  const step = first.next ?? 'resolve what is named';
  const required = rollbackCall(subject);
  const again = required
    ? `a rollback is required (${required}): vigil rollback shows it`
    : againMs === undefined
      ? 'waiting will not help'
      : `ask again at ${isoTime(againMs)}, in ${spanOf(againMs - atMs)}`;
  return `Do not scale up to ${to} %. First, ${first.cause ?? first.title}: ${step}; ${again}.`;
}

/** What is known before anything is judged: the evidence by the rules, and what follows from both. */
export function knownOf(
  evidence: GateEvidence,
  rules: GateRules,
  { to, acceptThresholds = false }: Pick<GateQuestion, 'to' | 'acceptThresholds'>,
): Known {
  const { recorded, atMs, window } = evidence;
  const anewMs = recorded.identity?.release?.anew?.atMs;
  return {
    ...evidence,
    ...rules,
    to,
    standing: standingOfRelease(rules.plan, recorded.deployment, recorded.taken, anewMs),
    windowMs: window.toMs - window.fromMs,
    nextCycleMs: later(atMs, recorded.intervalMs),
    acceptThresholds,
  };
}

/** Decides on evidence alone: the same evidence gives the same decision. */
export function decide(evidence: GateEvidence, rules: GateRules, question: GateQuestion): GateDecision {
  const known = knownOf(evidence, rules, question);
  const { atMs, standing } = known;
  const subject: Subject = { ...known, excused: excusedIn(known) };
  const conditions = conditionsOf(subject);
  const open = conditions.filter(isOpen);
  const verdict = verdictOfConditions(conditions);
  const againMs = verdict === 'pass' ? undefined : askAgainAt(open);
  const first = firstOpen(subject, open);
  return {
    ...question,
    atMs,
    from: standing?.percent ?? 0,
    verdict,
    conditions,
    next: nextOf(subject, first, againMs),
    first: first?.id,
    askAgainAtMs: againMs,
    proves: provesText(subject),
    // Where the evidence lets it through anyway there is nothing to override.
    override: verdict === 'pass' ? undefined : question.override,
  };
}
