import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { World } from './command-world.ts';

/** A working copy of releases with their tags; the last is checked out, and each rollback goes one further. */
function releases(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);
  mkdirSync(folder);
  git('init', '--quiet');
  for (const release of ['v1', 'v2', 'v3']) {
    writeFileSync(path.join(folder, 'release.txt'), `${release}\n`);
    git('add', '--all');
    git('commit', '--quiet', '--message', release);
    git('tag', release);
  }
}

/**
 * Gives the clone the configuration and the reports of the stack that runs, and a way back: releases in git, and
 * suites that are a file, as the real ones are held by tests of their own.
 */
export function standBeside({ clone, temporary }: World): { log: string } {
  const folder = path.join(
    temporary,
    readdirSync(temporary).find((name) => name.startsWith('vigil-stack-')) ?? '',
  );
  const config = JSON.parse(readFileSync(path.join(folder, 'vigil.config.json'), 'utf8'));
  releases(path.join(temporary, 'release'));
  const green = path.join(temporary, 'green.xml');
  writeFileSync(green, '<testsuite name="s"><testcase classname="c" name="one" time="0.1"/></testsuite>');
  const suite = { command: ['cp', green, '{junit}'] };
  const rollback = {
    options: ['git'],
    // Its traffic never ends, and the release that it names stays the same: neither is waited for.
    drain: { timeout: '1s' },
    upTimeout: '2s',
    // The fault goes with the release that brought it.
    commands: { restart: ['curl', '-sS', '-X', 'DELETE', `${config.target.orchestration}/faults`] },
    git: { folder: path.join(temporary, 'release') },
    verify: { settle: '1ms', suite },
    validate: { suite },
  };
  writeFileSync(
    path.join(clone, 'vigil.config.ts'),
    `export default ${JSON.stringify({ ...config, rollback }, null, 2)};\n`,
  );
  rmSync(path.join(clone, 'reports'), { recursive: true });
  symlinkSync(path.join(folder, 'reports'), path.join(clone, 'reports'));
  return { log: config.target.logs[0] };
}
