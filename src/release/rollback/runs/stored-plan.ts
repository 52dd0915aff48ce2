import { readStored } from '../../../core/index.ts';
import { planShape, type RollbackPlan, type TypePlan } from '../plan.ts';
import { stageNames } from './run.ts';

/** Stages without which nothing was brought back, or nothing was proven; the others may have nothing to do. */
const needed = ['rollback', 'verify', 'validate'];

/** A plan as it was stored; `undefined` for one that can't be read whole. */
export const readPlan = (text: string): RollbackPlan | undefined => readStored(planShape, text);

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
  return isWhole && planned?.stages.length === stageNames.length ? planned : undefined;
}
