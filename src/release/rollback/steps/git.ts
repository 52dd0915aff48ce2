import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { VigilError } from '../../../core/index.ts';
import { gitEnvironment, gitRunner } from '../git.ts';
import type { Performer, StepContext } from './context.ts';

const short = (commit: string): string => commit.slice(0, 12);

export const checkGit: Performer<'check-git'> = {
  async perform({ folder, from, to, localChanges }) {
    const git = gitRunner(folder);
    const head = await git.one('rev-parse', '--verify', 'HEAD^{commit}');
    if (head !== from && head !== to) {
      throw new VigilError('HARNESS', 'another release was checked out since the plan was made', {
        where: folder,
        expected: short(from),
        received: short(head),
      });
    }
    const changes = await git.one('status', '--porcelain', '--untracked-files=no');
    if (changes === '') return `${short(head)}, no local changes`;
    const files = changes.split('\n').map((line) => line.replace(/^..? /, ''));
    if (localChanges === 'stash') return `${files.length} files with local changes, to be stashed`;
    throw new VigilError('HARNESS', `the working copy has local changes: ${files.slice(0, 5).join(', ')}`, {
      where: folder,
      expected: 'none, so that nothing is lost',
      hint: "commit or discard them, or have them kept with rollback.git.localChanges: 'stash'",
    });
  },
};

/** A git that was killed leaves its lock behind; nobody else's is taken away. */
async function clearLock(folder: string, attempt: number): Promise<void> {
  if (attempt === 1) return;
  const lock = path.resolve(folder, await gitRunner(folder).one('rev-parse', '--git-path', 'index.lock'));
  if (existsSync(lock)) rmSync(lock);
}

/** Moves the working copy; by force only what an attempt of ours has left half done. */
async function move(
  folder: string,
  target: string[],
  isForced: boolean,
  { run, config }: StepContext,
): Promise<void> {
  const git = gitRunner(folder);
  const command = git.list('checkout', '--quiet', ...(isForced ? ['--force'] : []), ...target);
  await run({ command, env: gitEnvironment(), timeoutMs: config.rollback.commandTimeout });
}

export const gitCheckout: Performer<'git-checkout'> = {
  async perform({ folder, to, stash }, context) {
    const git = gitRunner(folder);
    await clearLock(folder, context.attempt);
    let kept = '';
    const changes = () => git.one('status', '--porcelain', '--untracked-files=no');
    if (stash && (await changes()) !== '') {
      const stashes = (await git.one('stash', 'list')).split('\n');
      if (!stashes.some((line) => line.endsWith(stash))) {
        await context.run({ command: git.list('stash', 'push', '--message', stash), env: gitEnvironment() });
      }
      kept = `; local changes kept as “${stash}”`;
    }
    await move(folder, ['--detach', to], context.attempt > 1, context);
    const head = await git.one('rev-parse', '--verify', 'HEAD^{commit}');
    const left = await changes();
    if (head === to && left === '') return `at ${short(to)}${kept}`;
    throw new VigilError('HARNESS', 'the working copy is not what was checked out', {
      where: folder,
      expected: short(to),
      received: left === '' ? short(head) : left.split('\n').slice(0, 5).join(', '),
    });
  },
  async undo({ folder, from, branch, stash }, context) {
    const git = gitRunner(folder);
    await clearLock(folder, 2);
    await move(folder, branch ? [branch] : ['--detach', from], true, context);
    const mine =
      stash && (await git.one('stash', 'list')).split('\n').findIndex((line) => line.endsWith(stash));
    if (typeof mine === 'number' && mine >= 0)
      await context.run({
        command: git.list('stash', 'pop', '--quiet', `stash@{${mine}}`),
        env: gitEnvironment(),
      });
    return `the working copy is at ${branch ?? short(from)} again`;
  },
};
