import { messageOf, type RollbackConfig, VigilError } from '../../../core/index.ts';
import { gitRunner } from '../git.ts';
import type { TypePlan } from '../plan.ts';
import {
  commandSteps,
  type PlanInput,
  planStep,
  releaseProof,
  stagesOf,
  startSteps,
  stopSteps,
} from './common.ts';

/** Thrown where the release that is named is the one that runs: before the next one there is nothing to roll back to. */
export class NothingToRollBackTo extends VigilError {}

/** The working copy goes back to the commit of the previous release. */
export async function planGit(
  input: PlanInput,
  settings: NonNullable<RollbackConfig['git']>,
): Promise<TypePlan> {
  const { config, tag } = input;
  const { folder, localChanges, lockFiles, install } = settings;
  const git = gitRunner(folder);
  await git.one('rev-parse', '--is-inside-work-tree').catch((thrown: unknown) => {
    throw new VigilError('CONFIG_INVALID', `not a git working copy: ${messageOf(thrown)}`, {
      where: folder,
      hint: 'see rollback.git.folder',
    });
  });
  const from = await git.one('rev-parse', '--verify', 'HEAD^{commit}');
  const to = await previousOf(git, settings.to, folder);
  if (from === to) {
    throw new NothingToRollBackTo('CONFIG_INVALID', `the working copy is at ${settings.to ?? to} already`, {
      where: folder,
      expected: 'the commit of a later release',
      hint: 'is it another working copy that runs? see rollback.git.folder',
    });
  }
  const branch = await git.maybe('symbolic-ref', '--quiet', '--short', 'HEAD');
  const changed =
    lockFiles.length > 0 ? await git.one('diff', '--name-only', from, to, '--', ...lockFiles) : '';
  const installs = `installs, as ${changed.split('\n').join(', ')} differs`;
  const stash = localChanges === 'stash' ? `vigil rollback ${tag}` : undefined;
  const name = async (commit: string) =>
    (await git.maybe('describe', '--tags', '--exact-match', commit)) ?? commit.slice(0, 12);
  const checkout = [
    ...(stash ? [git.list('stash', 'push', '--message', stash)] : []),
    git.list('checkout', '--quiet', '--detach', to),
  ];
  const proof = releaseProof(config);
  return {
    type: 'git',
    from: `${await name(from)} (${from.slice(0, 12)})`,
    to: `${await name(to)} (${to.slice(0, 12)})`,
    stages: stagesOf('git', input, {
      proof,
      checks: [
        planStep(
          'git',
          `looks for local changes in ${folder}`,
          { kind: 'check-git', folder, from, to, localChanges },
          [git.list('status', '--porcelain', '--untracked-files=no')],
        ),
      ],
      rollback: [
        ...stopSteps(config),
        planStep(
          'checkout',
          `checks ${to.slice(0, 12)} out`,
          { kind: 'git-checkout', folder, from, to, ...(branch && { branch }), ...(stash && { stash }) },
          checkout,
        ),
        ...commandSteps('install', installs, changed ? install : undefined, config, folder),
        ...startSteps(config, proof),
      ],
    }),
  };
}

async function previousOf(
  git: ReturnType<typeof gitRunner>,
  named: string | undefined,
  folder: string,
): Promise<string> {
  const before = named ?? (await git.maybe('describe', '--tags', '--abbrev=0', 'HEAD^'));
  if (before === undefined) {
    throw new VigilError('CONFIG_INVALID', 'there is no tag before the current commit', {
      where: folder,
      hint: 'tag the releases, or name one with rollback.git.to',
    });
  }
  const commit = await git.maybe('rev-parse', '--verify', '--quiet', `${before}^{commit}`);
  if (commit !== undefined) return commit;
  throw new VigilError('CONFIG_INVALID', `git knows no ${before}`, {
    where: folder,
    expected: 'a tag, branch or commit in rollback.git.to',
  });
}
