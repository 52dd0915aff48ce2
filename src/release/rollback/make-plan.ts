import { createHash } from 'node:crypto';
import { messageOf, type VigilConfig, VigilError } from '../../core/index.ts';
import { requireAllowed } from './allowed.ts';
import type { RollbackPlan, TypePlan, UnusableType } from './plan.ts';
import { planBackup } from './plans/backup.ts';
import type { PlanInput } from './plans/common.ts';
import { planDatabase } from './plans/database.ts';
import { planFlag } from './plans/flag.ts';
import { planGit } from './plans/git.ts';
import { type RollbackTrigger, type RollbackType, rollbackTypes } from './runs/run.ts';

/** The plan of one type; `undefined` where it is not configured. */
function planOf(type: RollbackType, input: PlanInput): TypePlan | Promise<TypePlan> | undefined {
  const { flag, git, backup, database } = input.config.rollback;
  switch (type) {
    case 'flag':
      return flag && planFlag(input, flag);
    case 'git':
      return git && planGit(input, git);
    case 'backup':
      return backup && planBackup(input, backup);
    case 'database':
      return database && planDatabase(input, database);
  }
}

/** Of all that a plan is made from: another value means that the plan may be another one. */
export function configHashOf({ target, release, rollback, suite, metricsPrefix }: VigilConfig): string {
  return createHash('sha256')
    .update(JSON.stringify({ target, release, rollback, suite, metricsPrefix }))
    .digest('hex');
}

export interface PlanRequest {
  config: VigilConfig;
  /** One type instead of the options of the configuration. */
  type?: RollbackType | undefined;
  reason: string;
  trigger?: RollbackTrigger | undefined;
  who: string;
  /** Short and unique, small letters and digits. */
  tag: string;
}

/** The configuration with everything that a rollback needs, or CONFIG_INVALID. */
function complete(config: VigilConfig): PlanInput['config'] {
  const { target, rollback } = config;
  if (!rollback) {
    throw new VigilError('CONFIG_INVALID', 'no rollback is configured', {
      expected: "rollback: { options: ['git'], git: { folder: '/srv/app' }, commands: { restart: […] } }",
      hint: 'docs/rollback-procedures.md has an example of each type',
    });
  }
  if (!target) {
    throw new VigilError('CONFIG_INVALID', 'the embedded target has no release to go back to', {
      expected: 'target: { orchestration: … }',
    });
  }
  return { ...config, target, rollback };
}

/** Makes the plan from what is there now: looks, and changes nothing. A type that can't be carried out is told as such. */
export async function makePlan(request: PlanRequest): Promise<RollbackPlan> {
  const { reason, trigger, who, tag } = request;
  const config = complete(request.config);
  await requireAllowed(config.rollback, config.services);
  const types = request.type ? [request.type] : config.rollback.options;
  const options: TypePlan[] = [];
  const unusable: UnusableType[] = [];
  for (const type of types) {
    try {
      const planned = await planOf(type, { config, tag });
      if (!planned) {
        throw new VigilError('CONFIG_INVALID', `rollback.${type} is not configured`, {
          expected: rollbackTypes.filter((name) => config.rollback[name]).join(', '),
        });
      }
      options.push(planned);
    } catch (thrown) {
      if (types.length === 1 && thrown instanceof VigilError) throw thrown;
      unusable.push({ type, problem: messageOf(thrown) });
    }
  }
  if (options.length === 0) {
    const problems = unusable.map(({ type, problem }) => `${type}: ${problem}`).join('\n           ');
    throw new VigilError('CONFIG_INVALID', 'none of the configured types can be carried out', {
      received: problems,
      hint: 'vigil doctor says what is missing',
    });
  }
  return {
    version: 1,
    reason,
    ...(trigger && { trigger }),
    who,
    options,
    unusable,
    escalate: config.rollback.escalate,
    configHash: configHashOf(request.config),
  };
}
