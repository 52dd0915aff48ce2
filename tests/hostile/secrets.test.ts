import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { httpServer } from '../clients/servers.ts';
import { startSmallLoop, until } from '../monitor/loop/small-loop.ts';
import { vigilHere } from '../support/vigil-here.ts';
import { filesUnder, planted, secretsIn, secretsUnder } from './planted.ts';

const { bearer: _, ...named } = planted;
const all = Object.values(named).join(' and ');
const told = `refused: ${all}; Authorization: Bearer ${planted.bearer}`;

/** A suite whose failures, names, prints and output tell every secret. */
const talkative = (folder: string): string[] => {
  const file = path.join(folder, 'talkative.mjs');
  // Not in its source: what is compiled is kept from cycle to cycle.
  const words = path.join(folder, 'words.txt');
  writeFileSync(words, told);
  writeFileSync(
    file,
    `import { readFileSync, writeFileSync } from 'node:fs';
const told = readFileSync(${JSON.stringify(words)}, 'utf8');
const xml = (text) => text.replace(/[&<>"']/g, (c) => '&#' + c.charCodeAt(0) + ';');
const quoted = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
console.log(told);
console.error(told);
writeFileSync(process.argv[2], '<testsuite name="s ' + xml(told) + '"><testcase name="fails" classname="c">' +
  '<properties><property name="token" value="' + quoted(told) + '"/></properties>' +
  '<failure message="' + quoted(told) + '">' + quoted(told) + '</failure></testcase>' +
  '<testcase name="errs ' + xml(told) + '" classname="c"><error><![CDATA[' + told + ']]></error></testcase>' +
  '<testcase name="skips" classname="c"><skipped message="' + xml(told) + '"/></testcase>' +
  '<system-out>' + quoted(told) + '</system-out></testsuite>');
process.exitCode = 1;
`,
  );
  return [process.execPath, file, '{junit}'];
};

interface Received {
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Keeps all that it is sent, and answers with every secret. */
async function collector(status = 200): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const url = await httpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ url: request.url ?? '', headers: request.headers, body });
      response.writeHead(status).end(told);
    });
  });
  return { url, received };
}

/** A deployment that tells every secret in whatever it answers. */
const talkativeTarget = () =>
  httpServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(500, { 'x-error': 'it failed' }).end(told);
    const label = JSON.stringify(told).slice(1, -1);
    response.end(
      `# TYPE genesis_operations_total counter\ngenesis_operations_total{said="${label}"} 5\n` +
        `genesis_operations_total{said="another ${label}"} 6\n`,
    );
  });

async function configured() {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-planted-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const target = await talkativeTarget();
  const [kind, broken] = [await collector(), await collector(500)];
  const channel = (type: string, more: object) => ({ type, ...more });
  const config = {
    name: 'Genesis',
    target: {
      orchestration: target.replace('//', `//vigil:${planted.urlPassword}@`),
      smoke: { command: ['true', '{junit}'], env: { SMOKE_TOKEN: planted.smokeToken } },
    },
    suite: { command: talkative(folder), env: { API_KEY: planted.suiteKey } },
    server: { token: 'env:VIGIL_TEST_TOKEN' },
    sampleInterval: '1s',
    monitoring: { timeScale: 0.02 },
    notifications: {
      channels: [
        channel('webhook', { name: 'kind', url: `${kind.url}/kind`, token: 'env:VIGIL_TEST_HOOK' }),
        channel('webhook', { name: 'broken', url: `${broken.url}/broken`, token: 'env:VIGIL_TEST_HOOK' }),
        channel('alertmanager', { url: `${kind.url}/am` }),
        channel('file', { path: 'reports/told.jsonl' }),
        channel('console', {}),
      ],
    },
  };
  const env = {
    VIGIL_TEST_TOKEN: planted.serverToken,
    VIGIL_TEST_HOOK: planted.hookToken,
    DATABASE_PASSWORD: planted.environment,
  };
  return { folder, config, env, kind, broken };
}

test('secrets of environment, configuration, answers and check messages are in nothing that a loop writes, serves, prints or sends', async () => {
  const { config, env, kind, broken } = await configured();
  const loop = await startSmallLoop(config, ['--interval', '2s'], env);
  const alerts = () => kind.received.filter(({ body }) => body.includes('"firing"'));
  await until(() => alerts().length > 1 && broken.received.length > 0, loop.said);
  const bearer = { authorization: `Bearer ${planted.serverToken}`, 'content-type': 'application/json' };
  await fetch(`${loop.url}/api/deployments`, {
    method: 'POST',
    headers: bearer,
    body: JSON.stringify({ release: 'v1', by: 'ci', note: all.slice(0, 250) }),
  });
  const routes = [
    '/',
    '/api/page',
    '/metrics',
    '/readyz',
    '/api/status',
    '/api/alerts',
    '/api/evidence',
    '/api/gate',
    '/api/rollout',
  ];
  for (const route of routes) expect(secretsIn((await loop.get(route)).text), route).toEqual([]);
  loop.child.kill('SIGTERM');
  await loop.ended();
  const names = filesUnder(loop.reports).map((file) => path.relative(loop.reports, file));
  expect(names).toEqual(
    expect.arrayContaining([
      'vigil.sqlite',
      'health_test_results.xml',
      'alerts_triggered.json',
      'logs/health_check.log',
    ]),
  );
  expect(secretsUnder(loop.reports)).toEqual({});
  expect(secretsIn(loop.said())).toEqual([]);
  for (const { url, headers, body } of [...kind.received, ...broken.received]) {
    expect(secretsIn(url)).toEqual([]);
    expect(secretsIn(body)).toEqual([]);
    expect(secretsIn(JSON.stringify({ ...headers, authorization: '' }))).toEqual([]);
  }
  // What a person asks afterwards shows nothing either.
  const folder = path.dirname(loop.reports);
  for (const asked of [
    ['gate', '--to', '25'],
    ['gate', '--to', '25', '--json'],
    ['report'],
    ['report', '--json'],
    ['alerts'],
    ['alerts', '--json'],
  ]) {
    const { stdout, stderr } = await vigilHere(asked, folder, env);
    expect(secretsIn(stdout + stderr), asked.join(' ')).toEqual([]);
  }
  expect(filesUnder(loop.reports).map((file) => path.basename(file))).toContain('48hour_report.html');
  expect(secretsUnder(loop.reports)).toEqual({});
});

test('nor in what a single cycle writes and prints', async () => {
  const { folder, config, env } = await configured();
  writeFileSync(path.join(folder, 'vigil.config.json'), JSON.stringify(config));
  for (const more of [[], ['--json']]) {
    const ran = await vigilHere(['monitor', ...more], folder, env);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('[redacted]');
    expect(secretsIn(ran.stdout + ran.stderr)).toEqual([]);
  }
  expect(secretsUnder(path.join(folder, 'reports'))).toEqual({});
});

test('the search finds what it looks for, in whatever form', () => {
  const xml = execFileSync('printf', [
    '%s',
    planted.serverToken.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
  ]);
  for (const text of [
    told,
    JSON.stringify(told),
    encodeURIComponent(told),
    Buffer.from(planted.hookToken).toString('base64'),
  ])
    expect(secretsIn(text)).not.toEqual([]);
  expect(secretsIn(xml.toString().replaceAll('>', '&gt;'))).toHaveLength(1);
});
