import path from 'node:path';
import type { RollbackConfig } from '../../../core/index.ts';
import { inspectArchive } from '../archive.ts';
import { expectedSha256 } from '../checksum.ts';
import type { TypePlan } from '../plan.ts';
import { type PlanInput, planStep, releaseProof, stagesOf, startSteps, stopSteps } from './common.ts';

/** The previous release's archive is unpacked beside the release and takes its place. */
export async function planBackup(
  input: PlanInput,
  backup: NonNullable<RollbackConfig['backup']>,
): Promise<TypePlan> {
  const { config, tag } = input;
  const { archive, folder, strip } = backup;
  const sha256 = expectedSha256(archive, backup.sha256);
  // What could not be unpacked is no option: the next one is planned, or somebody is told, and the traffic stays.
  await inspectArchive(archive, strip);
  const staged = `${folder}.vigil-${tag}`;
  const kept = `${folder}.before-${tag}`;
  const check = { kind: 'check-archive', archive, sha256, folder, strip } as const;
  const extract = { kind: 'extract', archive, sha256, staged, strip } as const;
  const swap = { kind: 'swap-folder', live: folder, staged, kept } as const;
  const proof = releaseProof(config);
  return {
    type: 'backup',
    from: folder,
    to: `${path.basename(archive)} (SHA-256 ${sha256.slice(0, 12)}…)`,
    stages: stagesOf('backup', input, {
      proof,
      checks: [planStep('archive', `checks ${archive}: SHA-256, paths, room on the disk`, check)],
      rollback: [
        planStep('extract', `unpacks it into ${staged}`, extract),
        ...stopSteps(config),
        planStep('swap', `puts it in the place of ${folder}; what was there is kept as ${kept}`, swap),
        ...startSteps(config, proof),
      ],
    }),
  };
}
