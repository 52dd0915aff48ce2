import type { RollbackPlan, TypePlan } from '../plan.ts';
import { stageNames } from './run.ts';

/** Stages without which nothing was brought back, or nothing was proven; the others may have nothing to do. */
const needed = ['rollback', 'verify', 'validate'];

/** A plan as it was stored; one that can't be read has no options. */
export function readPlan(text: string): RollbackPlan {
  try {
    return JSON.parse(text) as RollbackPlan;
  } catch {
    return { options: [] } as unknown as RollbackPlan;
  }
}

/**
 * The stored option of this type, if it is whole: all five stages in their order, and steps in those that matter. Of a
 * plan without them every step would be done, and the rollback would count as succeeded.
 */
export function wholeOption({ options }: RollbackPlan, type: string): TypePlan | undefined {
  const planned = Array.isArray(options) ? options.find((option) => option?.type === type) : undefined;
  const stages = Array.isArray(planned?.stages) ? planned.stages : [];
  const isWhole = stageNames.every((name, index) => {
    const stage = stages[index];
    if (stage?.name !== name || !Array.isArray(stage.steps) || !(stage.budgetMs > 0)) return false;
    return stage.steps.length > 0 || !needed.includes(name);
  });
  return isWhole && stages.length === stageNames.length ? planned : undefined;
}
