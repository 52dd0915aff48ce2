import { type RollbackConfig, VigilError } from '../../../core/index.ts';
import { readFlag } from '../flag-file.ts';
import type { TypePlan } from '../plan.ts';
import type { RollbackProof } from '../proof.ts';
import {
  commandSteps,
  drainedSteps,
  type PlanInput,
  planStep,
  proofStep,
  stagesOf,
  upSteps,
} from './common.ts';

/** Everybody gets the safe variant of a flag; nothing is redeployed. */
export function planFlag(input: PlanInput, flag: NonNullable<RollbackConfig['flag']>): TypePlan {
  const { config } = input;
  const key = flag.key ?? config.target.flags?.key;
  if (!key) {
    throw new VigilError('CONFIG_INVALID', 'rollback.flag names no flag', {
      expected: 'rollback.flag.key, or target.flags.key',
    });
  }
  const { file, variant, samples, timeout, apply } = flag;
  const { definition, value, serves } = readFlag(file, key, variant);
  const url = flag.ofrep ?? config.target.orchestration;
  const proof: RollbackProof = { by: 'share', url, key, variant, value, samples };
  return {
    type: 'flag',
    from: `${key} ${serves}`,
    to: `${key} is “${variant}” for everybody`,
    stages: stagesOf('flag', input, {
      proof,
      checks: [planStep('flag', `reads ${file}`, { kind: 'check-flag', file, key, variant })],
      rollback: [
        planStep('set', `writes “${variant}” for everybody into ${file}`, {
          kind: 'set-flag',
          file,
          key,
          variant,
          before: definition,
        }),
        ...commandSteps('apply', 'makes the file known', apply, config),
        proofStep(proof, timeout),
        ...drainedSteps('in-flight', config),
        ...upSteps(config),
      ],
    }),
  };
}
