import { namingOf } from '../../alerts/index.ts';
import {
  dependenciesIn,
  effectiveThresholds,
  type QuarantineEntry,
  type VigilConfig,
  VigilError,
} from '../../core/index.ts';
import type { Criteria } from '../../suite/index.ts';
import { askedRoutes } from './checked-answers.ts';
import type { RolloutPlan } from './plan.ts';

/**
 * The gate that a configuration describes: on which target, and by which suite and thresholds it judges now, as far as the
 * caller knows them.
 */
export function gateSetup(config: VigilConfig, targetId: string | undefined, criteria?: Criteria) {
  const planOf = (stages: VigilConfig['rollout']['plan']): RolloutPlan =>
    stages.map(({ percent, after }) => ({ percent, afterMs: after }));
  return {
    plan: planOf(config.rollout.plan),
    /** The plan of a release that had all of the traffic before; the usual one without it. */
    provenPlan: config.rollout.proven && planOf(config.rollout.proven),
    /** Why the plan is that of a proven release. */
    proven: undefined as string | undefined,
    /** How long a check that failed must have passed; left out, as the stage says. */
    recoveryMs: config.rollout.recovery,
    /** Conditions that are judged and told, and keep no gate shut. */
    advisory: config.rollout.advisory as readonly string[],
    /** Checks whose failures decide nothing for a while. */
    quarantine: config.quarantine as readonly Pick<QuarantineEntry, 'check' | 'until'>[],
    /** What fails where something else does. */
    dependencies: dependenciesIn(config),
    table: effectiveThresholds(config),
    naming: namingOf(config),
    /** What HTTP checks ask, by their ids. */
    asked: askedRoutes(config),
    /** The jobs that must be up, each by name. */
    services: config.services.map(({ job }) => job),
    /** The services whose instances are known, each by name. */
    listed: config.services.filter(({ instances }) => instances !== undefined).map(({ name }) => name),
    /** How often a cycle is due where no loop has said it. */
    intervalMs: config.interval,
    sampleIntervalMs: config.sampleInterval,
    sentinelIntervalMs: config.sentinelInterval,
    /** Which label tells baseline and canary apart, and by which values. */
    canary: config.rollout.canary,
    /** Whose evidence counts: no other's ever does. */
    targetId,
    /** The deployment by name: one address may have led to another. */
    name: targetId === undefined ? undefined : config.name,
    criteria,
    /** The ledger that several Vigils share, and why what others decided may be unknown; left out where one decides alone. */
    ledger: undefined as { fault: string | undefined } | undefined,
  };
}

/** What a gate on one deployment must know to ask its history; the same for every question. */
export type GateSetup = ReturnType<typeof gateSetup>;
/** What a decision is made by. */
export type GateRules = Pick<
  GateSetup,
  | 'plan'
  | 'proven'
  | 'recoveryMs'
  | 'advisory'
  | 'quarantine'
  | 'dependencies'
  | 'table'
  | 'sampleIntervalMs'
  | 'sentinelIntervalMs'
  | 'services'
  | 'asked'
  | 'naming'
  | 'ledger'
>;

/** A share of the traffic as a person or a hook writes it, `50` or `50%`; it must be a stage of the plan. */
export function stageOf(text: string, plan: RolloutPlan): number {
  const percent = /^\d+(\.\d+)?\s*%?$/.test(text.trim()) ? Number.parseFloat(text) : Number.NaN;
  if (plan.some((stage) => stage.percent === percent)) return percent;
  throw new VigilError('USAGE', 'the plan has no such stage', {
    expected: plan.map((stage) => stage.percent).join(', '),
    received: text.slice(0, 40),
    hint: 'rollout.plan in the configuration says which stages there are',
  });
}
