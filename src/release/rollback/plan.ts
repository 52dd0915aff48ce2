import { z } from 'zod';
import { readStored } from '../../core/index.ts';
import { actionShape } from './action.ts';
import { rollbackTypes, stageNames, triggerShape } from './runs/run.ts';

const step = z.object({
  /** Unique in its plan. */
  id: z.string(),
  /** What it does, in a few words. */
  title: z.string(),
  /** The commands it runs, each as the list that is executed. */
  commands: z.array(z.array(z.string())),
  action: actionShape,
});

const plannedStage = z.object({
  name: z.enum(stageNames),
  budgetMs: z.number().positive(),
  steps: z.array(step),
});

/** One way back, whole. */
const typePlan = z.object({
  type: z.enum(rollbackTypes),
  /** What runs now and what will, as far as the type can tell. */
  from: z.string(),
  to: z.string(),
  stages: z.array(plannedStage),
});

/** A type that is configured and can't be carried out, with the reason. */
const unusableType = z.object({ type: z.enum(rollbackTypes), problem: z.string() });

/** Everything that a rollback would do: what is printed, stored and executed. */
export const planShape = z.object({
  version: z.literal(1),
  reason: z.string(),
  trigger: triggerShape.exactOptional(),
  who: z.string(),
  /** In the order in which they are tried. */
  options: z.array(typePlan),
  unusable: z.array(unusableType),
  escalate: z.enum(['next', 'person']),
  /** Of the configuration it was made from; another one is no longer this plan. */
  configHash: z.string(),
});

export type Step = z.output<typeof step>;
export type PlannedStage = z.output<typeof plannedStage>;
export type TypePlan = z.output<typeof typePlan>;
export type UnusableType = z.output<typeof unusableType>;
export type RollbackPlan = z.output<typeof planShape>;

/** A plan as it was stored; `undefined` for one that can't be read whole. */
export const readPlan = (text: string): RollbackPlan | undefined => readStored(planShape, text);

/** Stages without which nothing was brought back, or nothing was proven; the others may have nothing to do. */
const needed = ['rollback', 'verify', 'validate'];

/**
 * The stored option of this type, if it is whole: all five stages in their order, and steps in those that matter. Of a
 * plan without them every step would be done, and the rollback would count as succeeded.
 */
export function wholeOption(plan: RollbackPlan | undefined, type: string): TypePlan | undefined {
  const planned = plan?.options.find((option) => option.type === type);
  const isWhole = stageNames.every((name, index) => {
    const stage = planned?.stages[index];
    return stage?.name === name && (stage.steps.length > 0 || !needed.includes(name));
  });
  const proves = planned?.stages.some(({ steps }) => steps.some(({ action }) => action.kind === 'prove'));
  return isWhole && proves && planned?.stages.length === stageNames.length ? planned : undefined;
}
