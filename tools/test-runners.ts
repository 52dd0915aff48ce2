import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runners } from '../tests/suite/runners/runners.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command with what it prints shown here; its exit code, 127 where it isn't there. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  return spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 127;
}

function required(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): void {
  const code = run(command, args, env);
  if (code === 0) return;
  console.error(`test:runners: ${command} ${args[0]} ended with ${code}`);
  process.exit(code);
}

const recorded = runners.filter((runner) => runner.recorded);
const debian = recorded.flatMap((runner) => runner.recorded?.debian ?? []);
const npm = recorded.flatMap((runner) => runner.recorded?.npm ?? []);

const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
required('apt-get', ['update', '-qq'], quiet);
required('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...new Set(debian)], quiet);
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-runners-'));
try {
  required('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, ...npm]);
  process.exitCode = run(
    'npx',
    ['vitest', 'run', '--config', 'tests/vitest.config.ts', 'tests/suite/runners', ...process.argv.slice(2)],
    { ...process.env, RUNNERS_MODULES: path.join(folder, 'node_modules') },
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
