import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { create } from 'tar';
import { startReceiptReceiver } from '../../src/alerts/index.ts';
import { openDelivery, sentinelChannel } from '../../src/alerts/notify/open-delivery.ts';
import { validateConfig } from '../../src/core/index.ts';
import { openHistory } from '../../src/history/index.ts';
import { type CycleRecord, openWatch, recordCycle, runCycle } from '../../src/monitor/index.ts';
import { idleHarness } from '../monitor/loop/idle-harness.ts';
import { SyntheticTarget } from '../monitor/loop/synthetic-target.ts';
import { VirtualClock } from '../monitor/loop/virtual-clock.ts';
import { collected } from '../support/collected.ts';

// Writes fixtures/recorded/{sqlite,json} and what stands beside them: some hours of a watch on a clock of their own.
const root = fileURLToPath(new URL('../..', import.meta.url));
const kept = path.join(root, 'fixtures/recorded');
const frozen = new URL('./frozen-clock.mjs', import.meta.url).href;
const folder = '/tmp/vigil-recorded';
const [reports, json] = [path.join(folder, 'reports'), path.join(folder, 'json')];
const port = 4480;
const targetId = `http://127.0.0.1:${port}`;
const minute = 60_000;
const startMs = Date.UTC(2026, 0, 5, 6);
const at = (min: number) => startMs + min * minute;

rmSync(folder, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
mkdirSync(json);

const settings = {
  name: 'Shop',
  target: { orchestration: targetId, host: { nodeExporter: `${targetId}/node` } },
  suite: { command: ['sh', '-c', 'cp suite.xml "$1"; ! grep -q "<failure" suite.xml', 'suite', '{junit}'] },
  sampleInterval: '1m',
  reports: 'reports',
  rollout: {
    plan: [
      { percent: 10, after: '20m' },
      { percent: 50, after: '40m' },
      { percent: 100, after: '3h' },
    ],
  },
  quarantine: [
    {
      check: 'labs › shows the preview',
      owner: 'lena',
      until: '2026-01-31',
      reason: 'the preview is being rebuilt',
    },
  ],
  maintenance: [{ reason: 'nightly backup', daily: '09:30', for: '20m', match: 'severity=info' }],
  notifications: {
    channels: [
      { type: 'file', name: 'ops', path: 'told.jsonl' },
      { type: 'webhook', name: 'pager', url: 'http://127.0.0.1:9/hook' },
    ],
  },
  rollback: {
    options: ['backup'],
    commands: { restart: ['touch', 'restarted'] },
    verify: { settle: 1, suite: { command: ['cp', 'green.xml', '{junit}'] } },
    validate: { suite: { command: ['cp', 'green.xml', '{junit}'] } },
    backup: { archive: 'v1.tar.gz', folder: 'live' },
  },
};
writeFileSync(path.join(folder, 'vigil.config.json'), `${JSON.stringify(settings, null, 2)}\n`);
const config = { ...validateConfig(settings, 'the recording'), reports, folder };

// The deployment that the rollback brings back.
const file = (name: string) => path.join(folder, name);
for (const [name, release] of [
  ['old', 'v1'],
  ['live', 'v2'],
] as const) {
  mkdirSync(file(name));
  writeFileSync(file(`${name}/release.txt`), `${release}\n`);
}
create({ file: file('v1.tar.gz'), cwd: file('old'), gzip: true, sync: true }, ['.']);
rmSync(file('old'), { recursive: true });
const sum = createHash('sha256')
  .update(readFileSync(file('v1.tar.gz')))
  .digest('hex');
writeFileSync(file('v1.tar.gz.sha256'), `${sum}  v1.tar.gz\n`);

// The suite is its report.
const checks = Object.entries({
  catalogue: [
    'lists the products',
    'finds a product',
    'shows a product',
    'shows the prices',
    'sorts by price',
  ],
  basket: ['adds a product', 'removes a product', 'adds up the prices', 'keeps a basket for a day'],
  checkout: ['takes a payment', 'sends a receipt', 'asks for an address', 'refuses an expired card'],
  inventory: ['counts the stock', 'reserves a product', 'releases a product', 'orders what is short'],
  labs: ['shows the preview', 'compares two products'],
  admin: ['exports the orders', 'signs in', 'signs out', 'lists the orders', 'refunds an order'],
}).flatMap(([suite, names]) => names.map((name) => [suite, name] as const));
const within = (min: number, from: number, to: number) => min >= from && min <= to;
function reportAt(min: number): string {
  if (min === 50) return '<?xml version="1.0"?>\n<testsuites><testsuite name="shop"><testcase class';
  const failing = (name: string): string | undefined => {
    if (name === 'counts the stock' && min < 148) return 'expected 3 articles, found 2';
    if (name === 'finds a product' && within(min, 30, 60) && min % 10 === 0)
      return 'the search answered 503 within 1200 ms';
    if (name === 'takes a payment' && within(min, 80, 95)) return 'expected status 201, received 402';
    if (name === 'shows the preview' && within(min, 60, 70)) return 'the preview is empty';
    if (name === 'signs in' && within(min, 235, 260)) return 'the form did not appear within 5 s';
    return undefined;
  };
  const cases = checks
    .filter(([, name]) => !(name === 'sends a receipt' && within(min, 40, 45)))
    .map(([suite, name], index) => {
      const reason = failing(name);
      const inner =
        name === 'exports the orders' && min === 85
          ? '<skipped message="no orders yet"/>'
          : reason
            ? `<failure message="${reason}">${reason}\n    at shop.test:${10 + index}</failure>`
            : '';
      return `    <testcase classname="${suite}" name="${name}" time="0.${100 + index * 7}">${inner}</testcase>`;
    });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="shop">\n${cases.join('\n')}\n  </testsuite>\n</testsuites>\n`;
}
writeFileSync(file('green.xml'), reportAt(150));

const target = new SyntheticTarget(startMs, [
  { kind: 'errors', fromMin: 30, toMin: 45 },
  { kind: 'down', fromMin: 70, toMin: 74 },
  { kind: 'slow', fromMin: 100, toMin: 112 },
  { kind: 'slow', fromMin: 231, toMin: 300 },
]);
let clock = new VirtualClock(at(-15));
/** The watch and what it starts share the time. */
const RealDate = Date;
globalThis.Date = class extends RealDate {
  // biome-ignore lint/suspicious/noExplicitAny: as Date is called
  constructor(...given: any[]) {
    // @ts-expect-error a list of arguments
    if (given.length > 0) super(...given);
    else super(clock.now());
  }
  static override now() {
    return clock.now();
  }
} as DateConstructor;

const exposition = (wanted: string) =>
  target
    .scrape(clock.now())
    .flatMap(({ job, samples }) => (job === wanted ? samples : []))
    .flatMap(({ series, value }) => {
      if (typeof series === 'string' || series.name === 'up') return [];
      const labels = Object.entries(series.labels ?? {}).filter(([label]) => label !== 'job');
      const text = labels.map(([label, given]) => `${label}="${given}"`).join(',');
      return [`${series.name}${text && `{${text}}`} ${value}\n`];
    })
    .join('');
const server = createServer((request, response) => {
  if (request.url === '/metrics') {
    if (target.has('down', clock.now())) return response.writeHead(503).end();
    return response.end(`${exposition('genesis-orchestration')}genesis_active_requests 1\n`);
  }
  if (request.url?.startsWith('/node')) return response.end(exposition('node'));
  return response.setHeader('content-type', 'application/json').end('{"status": "pass"}');
});
await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

/** A command as a person gives it, at the time of the recording. */
async function vigil(args: readonly string[], goesOn = false): Promise<string> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const time = { [goesOn ? 'STARTS_AT' : 'FROZEN_AT']: String(clock.now()) };
  const child = spawn(process.execPath, ['--import', frozen, path.join(root, 'bin/vigil.js'), ...args], {
    cwd: folder,
    env: { ...env, ...time },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, stdout, stderr } = await collected(child).ended;
  const minutes = Math.round((clock.now() - startMs) / minute);
  process.stdout.write(`\n== ${minutes} vigil ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
  return stdout;
}

const acknowledge = async () => {
  const { alerts } = JSON.parse(await vigil(['alerts', '--json']));
  const found = alerts.find(({ rule }: { rule: string }) => rule === 'HighErrorRate');
  const by = ['--by', 'maya', '--note', 'I look at it'];
  await vigil(['alerts', '--acknowledge', found.fingerprint, ...by]);
};
const window = ['--maintenance', '20m', '--reason', 'the database is upgraded', '--by', 'maya'];
/** What people and the pipeline do, by minutes. */
const acts: Record<number, () => Promise<unknown>> = {
  20: () => vigil(['gate', '--to', '10', '--by', 'ci']),
  35: acknowledge,
  40: () => vigil(['gate', '--to', '50', '--by', 'ci']),
  45: () =>
    vigil(['gate', '--to', '50', '--override', '--reason', 'the cause is known', '--by', 'lena', '--json']),
  65: () => vigil(['alerts', ...window, '--match', 'alertname="GenesisServiceDown"']),
  150: () => vigil(['gate', '--deployed', 'v3', '--by', 'ci', '--note', 'with the payment mended']),
  155: () => vigil(['gate', '--to', '10', '--by', 'ci']),
  175: () => vigil(['gate', '--to', '10', '--by', 'ci']),
  210: () => vigil(['gate', '--to', '50', '--by', 'ci']),
  225: () =>
    vigil([
      'alerts',
      '--maintenance',
      '1h',
      '--reason',
      'the form is renewed',
      '--match',
      'check="admin › signs in"',
    ]),
};

/** One process of the watch, from one minute to another; it is killed at the end. */
async function watch(fromMin: number, toMin: number): Promise<void> {
  clock = new VirtualClock(at(fromMin));
  const history = openHistory({
    file: path.join(reports, 'vigil.sqlite'),
    now: () => new Date(),
    onWarning: (text) => process.stdout.write(`${text}\n`),
  });
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const receiver = await startReceiptReceiver({ now: Date.now });
  const { dispatcher, redactor, route } = openDelivery({
    config,
    folder,
    intervalMs: 5 * minute,
    receiptUrl: receiver.url,
    say,
    database: () => history.database,
    onTrouble() {},
  });
  const watched = config.target;
  if (!watched) throw new Error('no target');
  const harness = idleHarness(config, watched, targetId);
  const loop = openWatch({
    config,
    harness,
    history,
    dispatcher,
    route,
    redactor,
    say,
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      wait: (ms, signal) => clock.wait(ms, signal),
    },
    catalogue: undefined,
    url: 'http://127.0.0.1:8002',
    version: '0.1.0',
    intervalMs: 5 * minute,
    sampleMs: minute,
    fastMs: minute / 2,
    durationMs: (toMin - fromMin) * minute,
    scrape: () => Promise.resolve(target.scrape(clock.now())),
    async runCycle(context, snapshots, signal): Promise<CycleRecord> {
      const min = Math.floor((clock.now() - startMs) / minute);
      await acts[min]?.();
      delete acts[min];
      writeFileSync(file('suite.xml'), reportAt(min));
      const given = { config, context, catalogue: undefined, suiteRoot: folder, redactor, snapshots, signal };
      const record = await runCycle(given);
      const durationMs = min === 115 ? 8 * minute : 8400;
      await clock.wait(durationMs, signal);
      // A suite that is no Vitest measures nothing.
      const outcomes = record.outcomes.map((outcome, index) => {
        if (!outcome.executed || index > 2) return outcome;
        const value = 0.05 + index * 0.02 + (min % 7) * 0.003;
        const bound = { operator: '<', value: 0.2 } as const;
        return {
          ...outcome,
          measurements: [{ name: 'answers in', value, unit: 'seconds' as const, bound, sample: 40 }],
        };
      });
      return { ...record, outcomes, durationMs };
    },
    sentinel: { receiver, channel: sentinelChannel, everyMs: 60 * minute, timeoutMs: 10_000 },
    checkEvidence: () => {},
    keepFiles(record) {
      const { warnings } = recordCycle(record, json, config.metricsPrefix);
      const nothing = () => ({ files: [], warnings: [] });
      return [...warnings, ...recordCycle(record, reports, config.metricsPrefix, nothing).warnings];
    },
    signal: new AbortController().signal,
  });
  let isDone = false;
  dispatcher.start();
  const running = loop.run().finally(() => {
    isDone = true;
  });
  await clock.drive(3, at(toMin), () => isDone);
  await running;
  await dispatcher.stop();
  await receiver.close();
  // A process that is killed ends no schedule, and leaves the slot that it was at.
  history.database.exec('UPDATE grids SET end_ms = NULL');
  if (toMin % 5 === 0) {
    history.begin(at(toMin), 'killed');
    const dead = JSON.stringify(['recorded.example', 4_194_304, '1']);
    history.database.prepare("UPDATE slots SET owner = ? WHERE state = 'in flight'").run(dead);
  }
  history.close();
}

writeFileSync(file('suite.xml'), reportAt(-15));
await vigil(['monitor', '--baseline']);
clock = new VirtualClock(at(-2));
await vigil(['gate', '--deployed', 'v2', '--by', 'ci', '--note', 'payments by card']);
await watch(0, 130);
clock = new VirtualClock(at(131));
const why = ['--reason', 'payments failed', '--by', 'maya'];
await vigil(['rollback', '--execute', '--type', 'backup', ...why], true);
await watch(139, 237);

// A small file of its own, with no name of the machine in it.
const database = new DatabaseSync(path.join(reports, 'vigil.sqlite'));
const host = os.hostname();
database.exec(`UPDATE slots SET owner = replace(owner, '${host}', 'recorded.example')`);
database.exec(`UPDATE rollback_runs SET owner = replace(owner, '${host}', 'recorded.example')`);
database.exec(`UPDATE rollback_steps SET process = replace(process, '${host}', 'recorded.example')`);
database.exec('PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
database.close();
server.closeAllConnections();
server.close();

for (const [from, to] of [
  [reports, 'sqlite'],
  [json, 'json'],
] as const) {
  const place = path.join(kept, to);
  rmSync(place, { recursive: true, force: true });
  cpSync(from, place, { recursive: true });
  for (const name of ['.compile-cache', '.writing', 'vigil.sqlite-wal', 'vigil.sqlite-shm'])
    rmSync(path.join(place, name), { recursive: true, force: true });
  const old = readdirSync(path.join(place, 'junit')).sort().slice(0, -3);
  const log = path.join(place, 'logs/health_check.log');
  writeFileSync(log, readFileSync(log, 'utf8').split('\n').slice(-49).join('\n'));
  for (const name of old) rmSync(path.join(place, 'junit', name));
}
clock = new VirtualClock(at(240));
writeFileSync(path.join(kept, 'target-metrics.txt'), exposition('genesis-orchestration'));
writeFileSync(path.join(kept, 'node-metrics.txt'), exposition('node'));
writeFileSync(path.join(kept, 'suite.xml'), reportAt(240));
cpSync(file('vigil.config.json'), path.join(kept, 'vigil.config.json'));
