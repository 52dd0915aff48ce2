import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { create } from 'tar';
import { afterAll, beforeAll } from 'vitest';
import type { RollbackInput } from '../../../src/core/config/rollback.ts';
import type { RollbackType } from '../../../src/release/rollback/runs/run.ts';
import { git, sha256 } from './two-releases.ts';

const junit = (inner: string) =>
  `<testsuite name="s"><testcase classname="c" name="one" time="0.1">${inner}</testcase></testsuite>`;

/** As flagd writes 25 %. */
const quarterOn = {
  fractional: [
    ['on', 25],
    ['off', 75],
  ],
};

const flags = {
  $schema: 'https://flagd.dev/schema/v0/flags.json',
  flags: {
    other: {
      state: 'ENABLED',
      variants: { a: 1, b: 2 },
      defaultVariant: 'b',
      targeting: { if: [true, 'a'] },
    },
    wanted: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'on',
      targeting: quarterOn,
      metadata: { owner: 'us', rolloutPercentage: 25 },
    },
  },
};

export interface SmallDeployment {
  folder: string;
  file(name: string): string;
  config(type: RollbackType, more?: Partial<RollbackInput>, own?: object): string;
}

/** A deployment without a service of its own: a release in git, an archive, a flag file, a database, suites that are files. */
function makeTemplate(folder: string): void {
  const file = (name: string) => path.join(folder, name);
  fs.mkdirSync(file('app'));
  const release = (name: string) => {
    fs.writeFileSync(file('app/release.txt'), `${name}\n`);
    fs.writeFileSync(file('app/package-lock.json'), `{"lock": "${name}"}\n`);
  };
  git(file('app'), 'init', '-q', '-b', 'main');
  for (const name of ['v1', 'v2']) {
    release(name);
    if (name === 'v2') fs.writeFileSync(file('app/new.txt'), 'new in v2\n');
    git(file('app'), 'add', '-A');
    git(file('app'), 'commit', '-q', '-m', name);
    git(file('app'), 'tag', name);
  }
  fs.mkdirSync(file('live'));
  fs.writeFileSync(file('live/release.txt'), 'v2\n');
  fs.mkdirSync(file('old'));
  fs.writeFileSync(file('old/release.txt'), 'v1\n');
  create({ file: file('v1.tar.gz'), cwd: file('old'), gzip: true, sync: true }, ['.']);
  fs.writeFileSync(file('v1.tar.gz.sha256'), `${sha256(file('v1.tar.gz'))}  v1.tar.gz\n`);
  fs.rmSync(file('old'), { recursive: true });
  fs.writeFileSync(file('flags.json'), `${JSON.stringify(flags, null, 4)}\n`);
  const db = new DatabaseSync(file('app.sqlite'));
  db.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES ('after the deployment')");
  db.close();
  fs.writeFileSync(
    file('before.sql'),
    "CREATE TABLE t (x);\nINSERT INTO t VALUES ('before the deployment');\n",
  );
  fs.writeFileSync(file('before.sql.sha256'), `${sha256(file('before.sql'))}  before.sql\n`);
  fs.writeFileSync(file('green.xml'), junit(''));
  fs.writeFileSync(file('red.xml'), junit('<failure message="it is down"/>'));
  fs.writeFileSync(file('skipped.xml'), junit('<skipped/>'));
}

/** What the flag file of a folder serves, as a flagd that reads it would: asked for each request. */
function ofrep(file: string, response: http.ServerResponse): void {
  const { flags: all } = JSON.parse(fs.readFileSync(file, 'utf8'));
  const { defaultVariant, targeting, variants } = all.wanted;
  const variant = targeting ? 'on' : defaultVariant;
  response.end(JSON.stringify({ key: 'wanted', value: variants[variant], variant, reason: 'STATIC' }));
}

/** Answers for every deployment by the first part of the path: /metrics, /health, OFREP. */
async function openServer(root: string) {
  const server = http.createServer((request, response) => {
    const [, name = '', route = ''] = (request.url ?? '').split('/');
    response.setHeader('content-type', 'application/json');
    if (route === 'metrics') {
      const busy = path.join(root, name, 'busy');
      const active = fs.existsSync(busy) ? fs.readFileSync(busy, 'utf8').trim() : '1';
      response.end(`# TYPE genesis_active_requests gauge\ngenesis_active_requests ${active}\n`);
    } else if (route === 'health') {
      const started = path.join(root, name, 'restarted');
      const releaseId = fs.existsSync(started) ? fs.readFileSync(started, 'utf8').trim() : 'v2';
      response.end(JSON.stringify({ status: 'pass', releaseId }));
    } else if (route === 'ofrep') ofrep(path.join(root, name, 'flags.json'), response);
    else response.writeHead(404).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** Opens a place where small deployments are copied from a template. */
async function openDeployments() {
  const root = fs.mkdtempSync(path.join(tmpdir(), 'vigil-small-'));
  const template = path.join(root, 'template');
  fs.mkdirSync(template);
  makeTemplate(template);
  const { url, server } = await openServer(root);
  let made = 0;

  const deployment = (): SmallDeployment => {
    made += 1;
    const folder = path.join(root, `d${made}`);
    fs.cpSync(template, folder, { recursive: true });
    const file = (name: string) => path.join(folder, name);
    return {
      folder,
      file,
      config(type, more = {}, own = {}) {
        const suite = { command: ['cp', file('green.xml'), '{junit}'], cwd: folder };
        const rollback: RollbackInput = {
          options: [type],
          cwd: folder,
          // The release that lies there when it is started is the one that runs.
          commands: {
            restart: [
              'cp',
              file(type === 'backup' && !more.options ? 'live/release.txt' : 'app/release.txt'),
              file('restarted'),
            ],
          },
          verify: { settle: '1ms', suite },
          validate: { suite },
          flag: { file: file('flags.json'), key: 'wanted', timeout: 3000 },
          git: { folder: file('app'), install: ['touch', 'node_modules'] },
          backup: { archive: file('v1.tar.gz'), folder: file('live') },
          database: {
            engine: 'sqlite',
            file: file('app.sqlite'),
            dump: file('before.sql'),
            proof: { sql: 'SELECT x FROM t', equals: 'before the deployment' },
          },
          ...more,
        };
        const config = {
          target: { orchestration: `${url}/${path.basename(folder)}` },
          reports: file('reports'),
          rollback: { ...rollback, ...own },
        };
        fs.writeFileSync(file('vigil.config.json'), JSON.stringify(config));
        return file('vigil.config.json');
      },
    };
  };

  return {
    deployment,
    close() {
      server.close();
      server.closeAllConnections();
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Small deployments for the tests of the file or block that asks for them, gone when these have ended. */
export function useDeployments(): { deployment(): SmallDeployment } {
  let opened: Awaited<ReturnType<typeof openDeployments>> | undefined;
  beforeAll(async () => {
    opened = await openDeployments();
  });
  afterAll(() => opened?.close());
  return {
    deployment() {
      if (!opened) throw new Error('deployments are there from the first hook or test on');
      return opened.deployment();
    },
  };
}

/** Everything a rollback changes, without what names differ by from run to run: two ends are the same place when these are. */
export function placeOf({ folder, file }: SmallDeployment): Record<string, unknown> {
  const rows = (database: string) => {
    const db = new DatabaseSync(file(database));
    try {
      return db
        .prepare('SELECT x FROM t')
        .all()
        .map(({ x }) => x);
    } finally {
      db.close();
    }
  };
  const names = (where: string) =>
    fs
      .readdirSync(where)
      .filter((name) => !['reports', 'vigil.config.json'].includes(name) && !/-(wal|shm)$/.test(name))
      .map((name) => name.replace(/[0-9a-f]{8}$/, 'TAG'))
      .sort();
  const kept = fs
    .readdirSync(folder)
    .filter((name) => name.includes('.before-') && !/-(wal|shm)$/.test(name));
  return {
    names: names(folder),
    app: names(file('app')),
    head: git(file('app'), 'rev-parse', 'HEAD'),
    status: git(file('app'), 'status', '--porcelain', '--untracked-files=no'),
    stashes: git(file('app'), 'stash', 'list'),
    release: fs.readFileSync(file('app/release.txt'), 'utf8'),
    live: fs.readFileSync(file('live/release.txt'), 'utf8'),
    flags: fs.readFileSync(file('flags.json'), 'utf8'),
    database: rows('app.sqlite'),
    kept: kept.map((name) =>
      name.startsWith('app') ? rows(name) : fs.readFileSync(file(`${name}/release.txt`), 'utf8'),
    ),
  };
}
