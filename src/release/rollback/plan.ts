import type { Action } from './action.ts';
import type { RollbackTrigger, RollbackType, StageName } from './runs/run.ts';

export interface Step {
  /** Unique in its plan. */
  id: string;
  /** What it does, in a few words. */
  title: string;
  /** The commands it runs, each as the list that is executed. */
  commands: string[][];
  action: Action;
}

export interface PlannedStage {
  name: StageName;
  budgetMs: number;
  steps: Step[];
}

/** One way back, whole. */
export interface TypePlan {
  type: RollbackType;
  /** What runs now and what will, as far as the type can tell. */
  from: string;
  to: string;
  stages: PlannedStage[];
}

/** A type that is configured and can't be carried out, with the reason. */
export interface UnusableType {
  type: RollbackType;
  problem: string;
}

/** Everything that a rollback would do: what is printed, stored and executed. */
export interface RollbackPlan {
  version: 1;
  reason: string;
  trigger?: RollbackTrigger;
  who: string;
  /** In the order in which they are tried. */
  options: TypePlan[];
  unusable: UnusableType[];
  escalate: 'next' | 'person';
  /** Of the configuration it was made from; another one is no longer this plan. */
  configHash: string;
}

/** Sum of a type's budgets. */
export const budgetOf = (plan: Pick<TypePlan, 'stages'>): number =>
  plan.stages.reduce((sum, { budgetMs }) => sum + budgetMs, 0);
