import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findProgram, type Program, packageOf, programs } from '../tests/support/programs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const isRoot = process.getuid?.() === 0;
const isUbuntu = existsSync('/etc/os-release') && /ubuntu/i.test(readFileSync('/etc/os-release', 'utf8'));

/** Runs a command with what it prints shown here; resolves with its exit code, 127 where it isn't there. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  return spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 127;
}

const works = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function stop(...lines: string[]): never {
  for (const line of lines) console.error(`test:all: ${line}`);
  process.exit(1);
}

const missingPrograms = (): Program[] => programs.filter((name) => findProgram(name) === undefined);
const packagesOf = (names: readonly Program[]) => [...new Set(names.map((name) => packageOf[name]))].sort();
const install = ['install', '-y', '-qq', '--no-install-recommends'];

/** What no package of Ubuntu brings. */
function refuseSnap(missing: readonly Program[]): void {
  if (!isUbuntu || !missing.includes('chromium')) return;
  stop(
    'on Ubuntu, chromium is a snap, which can’t read the pages that tests write into /tmp',
    'install a Chromium that is none, from a .deb of Debian or of a PPA, as /usr/bin/chromium, and run this again',
    'npm test runs all tests but those that need it',
  );
}

function installPackages(missing: readonly Program[]): void {
  const packages = packagesOf(missing);
  console.log(`test:all: installing ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (run('apt-get', ['update', '-qq'], env) !== 0) run('apt-get', ['update', '-qq'], env);
  if (run('apt-get', [...install, ...packages], env) !== 0) run('apt-get', [...install, ...packages], env);
  const still = missingPrograms();
  refuseSnap(still);
  if (still.length > 0) stop(`still missing: ${still.join(', ')}`);
}

/** The same by root, who installs packages and mounts the small file systems of tests; what it leaves here is given back. */
function runAsRoot(): never {
  const { PATH = '', CI = '' } = process.env;
  const code = run('sudo', [
    '-n',
    'env',
    `PATH=${PATH}`,
    `CI=${CI}`,
    process.execPath,
    ...process.argv.slice(1),
  ]);
  const left = ['reports', 'node_modules/.vite'].filter((folder) => existsSync(`${root}/${folder}`));
  run('sudo', ['-n', 'chown', '-R', `${process.getuid?.()}:${process.getgid?.()}`, ...left]);
  process.exit(code);
}

const missing = missingPrograms();
if (missing.length > 0 && !works('apt-get', '--version')) {
  stop(
    `missing: ${missing.join(', ')}`,
    `on Debian and Ubuntu they are in ${packagesOf(missing).join(', ')}`,
  );
}
if (!isRoot) {
  if (works('sudo', '-n', 'true')) runAsRoot();
  if (missing.length > 0) {
    const line = `apt-get install -y --no-install-recommends ${packagesOf(missing).join(' ')}`;
    stop(`missing: ${missing.join(', ')}; run:`, `sudo apt-get update && sudo ${line}`);
  }
  stop('some tests mount file systems: run this as root, or as a user for whom sudo needs no password');
}
if (missing.length > 0) installPackages(missing);

const check = run('npm', ['run', '--silent', 'check']);
if (check !== 0) process.exit(check);
process.exit(
  run('npx', ['vitest', 'run', '--config', 'tests/vitest.config.ts', ...process.argv.slice(2)], {
    ...process.env,
    WHOLE_SUITE: '1',
  }),
);
