import { type GateCondition, isoTime, spanOf } from './condition.ts';
import { alertConditions } from './conditions/alerts.ts';
import { budgetConditions } from './conditions/budget.ts';
import { canaryConditions } from './conditions/canary.ts';
import { rollbackCondition, rolloutConditions } from './conditions/rollout.ts';
import { signalConditions } from './conditions/signals.ts';
import { watchConditions } from './conditions/watch.ts';
import type { GateEvidence } from './evidence.ts';
import type { GateSetup } from './gate-setup.ts';
import { standingOf } from './plan.ts';
import { provesText } from './proves.ts';

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
}

/** The answer to whether a release may have more traffic. */
export interface GateDecision extends GateQuestion {
  atMs: number;
  from: number;
  /** What the evidence says; an override changes what is let through, never this. */
  verdict: GateVerdict;
  conditions: GateCondition[];
  next: string;
  askAgainAtMs?: number | undefined;
  /** What the sample can and cannot show. */
  proves: string;
}

/** What the decision is made by. */
export type GateRules = Pick<GateSetup, 'plan' | 'table' | 'sentinelIntervalMs' | 'services'>;

/** The worst outcome wins, and no condition at all is no pass. */
export function verdictOfConditions(conditions: readonly GateCondition[]): GateVerdict {
  if (conditions.some(({ outcome }) => outcome === 'fail')) return 'fail';
  const isPass = conditions.length > 0 && conditions.every(({ outcome }) => outcome === 'pass');
  return isPass ? 'pass' : 'inconclusive';
}

/** When every condition that time can mend may be met; left out when one failed that time alone does not mend. */
function askAgainAt(open: readonly GateCondition[]): number | undefined {
  if (open.some(({ outcome, askAgainAtMs }) => outcome === 'fail' && askAgainAtMs === undefined))
    return undefined;
  const times = open.flatMap(({ askAgainAtMs }) => askAgainAtMs ?? []);
  return times.length > 0 ? Math.max(...times) : undefined;
}

function nextOf(
  { atMs, recorded }: GateEvidence,
  { plan }: GateRules,
  to: number,
  open: readonly GateCondition[],
  againMs: number | undefined,
): string {
  if (open.length === 0) {
    const deployedMs = recorded.deployment?.timeMs ?? atMs;
    const taken = [...recorded.taken, { percent: to, takenMs: atMs, isOverride: false }];
    const after = standingOf(plan, deployedMs, taken).next;
    const then = after
      ? `then let it hold, and ask for ${after.percent} % from ${isoTime(after.soakEndsMs)} on`
      : 'it is the last stage of the plan';
    return `Let ${to} % of the traffic through; ${then}.`;
  }
  const failed = open.filter(({ outcome }) => outcome === 'fail');
  // What time does not mend comes before what it does.
  const first =
    failed.find(({ askAgainAtMs }) => askAgainAtMs === undefined) ?? failed[0] ?? (open[0] as GateCondition);
  const step = first.next ?? 'see to what is named';
  const again =
    againMs === undefined
      ? 'time alone does not mend it'
      : `ask again at ${isoTime(againMs)}, in ${spanOf(againMs - atMs)}`;
  return `Do not scale up to ${to} %. First, ${first.title}: ${step}; ${again}.`;
}

/** Decides on evidence alone: the same evidence gives the same decision. */
export function decide(evidence: GateEvidence, rules: GateRules, question: GateQuestion): GateDecision {
  const { plan, table } = rules;
  const { recorded, atMs } = evidence;
  const { id, to, askedBy, via, override } = question;
  const from = recorded.deployment ? standingOf(plan, recorded.deployment.timeMs, recorded.taken).percent : 0;
  const conditions = [
    ...rolloutConditions(evidence, plan, to),
    rollbackCondition(evidence),
    ...watchConditions(evidence, table),
    ...signalConditions(evidence, table, rules.services),
    ...budgetConditions(evidence, table),
    ...alertConditions(evidence, table, rules.sentinelIntervalMs),
    ...canaryConditions(evidence, table, from),
  ];
  const open = conditions.filter(({ outcome }) => outcome !== 'pass');
  const verdict = verdictOfConditions(conditions);
  const againMs = verdict === 'pass' ? undefined : askAgainAt(open);
  return {
    id,
    atMs,
    from,
    to,
    verdict,
    conditions,
    next: nextOf(evidence, rules, to, open, againMs),
    askAgainAtMs: againMs,
    proves: provesText(evidence, plan),
    askedBy,
    via,
    // Where the evidence lets it through anyway there is nothing to override.
    override: verdict === 'pass' ? undefined : override,
  };
}
