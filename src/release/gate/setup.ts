import { namingOf } from '../../alerts/index.ts';
import { effectiveThresholds, type VigilConfig, VigilError } from '../../core/index.ts';
import type { Criteria } from '../../suite/index.ts';
import type { RolloutPlan } from './plan.ts';

/**
 * The gate that a configuration describes: on which target, and by which suite and thresholds it judges now, as far as the
 * caller knows them.
 */
export function gateSetup(config: VigilConfig, targetId: string | undefined, criteria?: Criteria) {
  const plan: RolloutPlan = config.rollout.plan.map(({ percent, after }) => ({ percent, afterMs: after }));
  return {
    plan,
    /** How long a check that failed must have passed; left out, as the stage says. */
    recoveryMs: config.rollout.recovery,
    table: effectiveThresholds(config),
    naming: namingOf(config),
    /** The jobs that must be up, each by name. */
    services: config.services.map(({ job }) => job),
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
  };
}

/** What a gate on one deployment must know to ask its history; the same for every question. */
export type GateSetup = ReturnType<typeof gateSetup>;
/** What a decision is made by. */
export type GateRules = Pick<
  GateSetup,
  'plan' | 'recoveryMs' | 'table' | 'sentinelIntervalMs' | 'services' | 'naming'
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
