import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireProgram } from '../../support/programs.ts';

/** PostgreSQL refuses root: then it runs as the user who owns nothing. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const nobody = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
    ?.split(':');
  if (!nobody) throw new Error('there is no user nobody to run PostgreSQL as');
  return { uid: Number(nobody[2]), gid: Number(nobody[3]) };
}

export interface RealPostgres {
  /** Folder of its socket. */
  host: string;
  port: number;
  user: string;
  password: string;
  query(database: string, sql: string): string;
  dump(database: string, file: string, ...options: string[]): void;
  /** The address of a database by its socket, with a password. */
  address(database: string, user?: string, password?: string): string;
  /** Ends the server as its operator does, and starts it again; who asks meanwhile is refused. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Ends the server as `pg_ctl stop -m immediate` does; `up` begins with the recovery. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Another machine, on which the server listens beside its socket. */
export interface OtherMachine {
  address: string;
  /** The network from which it may be asked. */
  network: string;
  /** The command by which another runs there. */
  command: readonly string[];
}

/** A server of its own in a temporary folder, on a unix socket only unless a machine is named, with a password. */
export async function startPostgres(machine?: OtherMachine): Promise<RealPostgres> {
  const user = unprivileged();
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-pg-'));
  const file = (name: string) => path.join(folder, name);
  const password = 'correct-horse-battery';
  writeFileSync(file('password'), password);
  mkdirSync(file('data'), { mode: 0o700 });
  for (const name of ['.', 'data', 'password']) {
    if (user.uid !== undefined && user.gid !== undefined) chownSync(file(name), user.uid, user.gid);
  }
  const init = ['-D', file('data'), '-U', 'genesis', '--auth=scram-sha-256', `--pwfile=${file('password')}`];
  execFileSync(requireProgram('initdb'), [...init, '--no-sync', '--no-locale', '-E', 'UTF8'], {
    ...user,
    stdio: 'pipe',
    cwd: folder,
  });
  const listen = `listen_addresses=${machine?.address ?? ''}`;
  const args = ['-D', file('data'), '-k', folder, '-c', listen, '-c', 'fsync=off'];
  if (machine) appendFileSync(file('data/pg_hba.conf'), `host all all ${machine.network} scram-sha-256\n`);
  const start = () => {
    const postgres = requireProgram('postgres');
    if (!machine) return spawn(postgres, args, { ...user, stdio: 'ignore', cwd: folder });
    const [file = '', ...there] = machine.command;
    const as = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', postgres];
    return spawn(file, [...there, ...as, ...args], { stdio: 'ignore', cwd: folder });
  };
  let server = start();
  const [host, port] = [folder, 5432];
  const env = { ...process.env, PGPASSWORD: password };
  const where = ['-h', host, '-p', String(port), '-U', 'genesis'];
  const query = (database: string, sql: string) =>
    execFileSync('psql', ['-X', '-q', '-t', '-A', ...where, '-d', database, '-c', sql], {
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const ready = async () => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        query('postgres', 'SELECT 1');
        return;
      } catch (thrown) {
        if (attempt > 200 || server.exitCode !== null) throw thrown;
        await sleep(50);
      }
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    server.kill(signal);
    if (server.exitCode === null) await once(server, 'exit');
  };
  await ready();
  return {
    host,
    port,
    user: 'genesis',
    password,
    query,
    dump: (database, to, ...options) =>
      void execFileSync('pg_dump', [...where, '-d', database, '-f', to, ...options], { env, stdio: 'pipe' }),
    address: (database, name = 'genesis', secret = password) =>
      `postgres://${name}:${secret}@/${database}?host=${encodeURIComponent(host)}&port=${port}`,
    down: () => end('SIGINT'),
    async up() {
      server = start();
      await ready();
    },
    crash: () => end('SIGQUIT'),
    async stop() {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
