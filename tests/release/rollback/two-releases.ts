import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { create } from 'tar';
import { flagFileText } from '../../../fixtures/genesis/orchestrator/flags.ts';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import type { VigilConfigInput } from '../../../src/core/config/schema.ts';
import type { RollbackType } from '../../../src/release/rollback/runs/run.ts';

const restart = fileURLToPath(new URL('./restart.mjs', import.meta.url));
const main = fileURLToPath(new URL('../../../fixtures/genesis/main.ts', import.meta.url));

export const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

export const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Where the fault of the second release lies. */
export type FaultIn = 'release' | 'flag' | 'database';

export interface TwoReleases {
  folder: string;
  app: string;
  state: string;
  dump: string;
  archive: string;
  port: number;
  plannerPort: number;
  config: VigilConfigInput & { rollback: NonNullable<VigilConfigInput['rollback']> };
  restartCommand: string[];
  start(): void;
  /** Puts the fault in that what lies there now has. */
  apply(): void;
  stop(): void;
}

function writeRelease(app: string, release: string, errors: number, lock: string): void {
  writeFileSync(path.join(app, 'release.json'), `${JSON.stringify({ release, errors })}\n`);
  writeFileSync(path.join(app, 'package-lock.json'), `${JSON.stringify({ lock })}\n`);
  writeFileSync(path.join(app, `only-in-${release}.txt`), `${release}\n`);
}

function makeDatabase(file: string, errors: number): void {
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT)');
  db.prepare("INSERT INTO settings VALUES ('errors', ?)").run(String(errors));
  db.close();
}

const ratio = 0.1;

/** Two releases as they lie on a machine: tags in git, an archive, a flag, a database with its dump. The second one runs, and is faulty. */
export async function twoReleases(type: RollbackType, faultIn: FaultIn): Promise<TwoReleases> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-releases-'));
  const [app, state] = [path.join(folder, 'app'), path.join(folder, 'state')];
  mkdirSync(app);
  mkdirSync(state);
  const [port, plannerPort] = [await freePort(), await freePort()];
  const archive = path.join(folder, 'v1.tar.gz');
  const dump = path.join(folder, 'before.sql');

  git(app, 'init', '-q', '-b', 'main');
  writeRelease(app, 'v1', 0, 'one');
  git(app, 'add', '-A');
  git(app, 'commit', '-q', '-m', 'release v1');
  git(app, 'tag', 'v1');
  await create({ file: archive, cwd: app, gzip: true }, [
    'release.json',
    'package-lock.json',
    'only-in-v1.txt',
  ]);
  writeFileSync(`${archive}.sha256`, `${sha256(archive)}  v1.tar.gz\n`);
  rmSync(path.join(app, 'only-in-v1.txt'));
  writeRelease(app, 'v2', faultIn === 'release' ? ratio : 0, 'two');
  git(app, 'add', '-A');
  git(app, 'commit', '-q', '-m', 'release v2');
  git(app, 'tag', 'v2');

  writeFileSync(
    dump,
    `BEGIN;\nCREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT);\nINSERT INTO settings VALUES ('errors', '0');\nCOMMIT;\n`,
  );
  writeFileSync(`${dump}.sha256`, `${sha256(dump)}  before.sql\n`);
  makeDatabase(path.join(state, 'app.sqlite'), faultIn === 'database' ? ratio : 0);
  writeFileSync(path.join(state, 'flags.json'), flagFileText(25));
  const settings = { port, plannerPort, main, flagErrors: faultIn === 'flag' ? ratio : 0 };
  writeFileSync(path.join(state, 'settings.json'), JSON.stringify(settings));

  const command = [process.execPath, restart, state, app];
  const run = (...more: string[]) => execFileSync(command[0] as string, [...command.slice(1), ...more]);
  return {
    folder,
    app,
    state,
    dump,
    archive,
    port,
    plannerPort,
    restartCommand: command,
    config: {
      target: {
        orchestration: `http://127.0.0.1:${port}`,
        planner: `http://127.0.0.1:${plannerPort}`,
        flags: { key: 'phase_4_deployment' },
      },
      reports: path.join(folder, 'reports'),
      // The releases differ by errors alone; how fast they are is the machine's doing.
      thresholds: { latencyP95: { slo: { value: 30 }, critical: { value: 30 } } },
      rollback: {
        options: [type],
        commands: { restart: command },
        verify: { settle: '1ms' },
        flag: { file: path.join(state, 'flags.json'), apply: [...command, 'apply'], timeout: '15s' },
        git: {
          folder: app,
          install: [process.execPath, '-e', "require('node:fs').writeFileSync('installed', 'yes')"],
        },
        backup: { archive, folder: app },
        database: {
          engine: 'sqlite' as const,
          file: path.join(state, 'app.sqlite'),
          dump,
          checks: [{ sql: 'SELECT count(*) FROM settings', atLeast: 1 }],
          proof: { sql: "SELECT value FROM settings WHERE key = 'errors'", equals: 0 },
        },
      },
    },
    start: () => void run(),
    apply: () => void run('apply'),
    stop() {
      if (existsSync(path.join(state, 'pid'))) run('stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
