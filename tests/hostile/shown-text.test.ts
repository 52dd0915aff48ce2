import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseExposition } from '../../src/clients/exposition/parse.ts';
import { httpServer } from '../clients/servers.ts';
import { startSmallLoop, until } from '../monitor/loop/small-loop.ts';
import { promtool } from '../monitor/metrics/promtool.ts';
import { vigilHere } from '../support/vigil-here.ts';

/** Every way out of a line, a terminal, a workflow command, a format. Characters that XML forbids come as a runner writes them. */
const nasty = [
  '\u001b[2J\u001b[31mred\u001b]0;owned\u0007\u009b31m',
  'FAIL\rPASS',
  'line\n2026-01-01T00:00:00.000Z PASS forged=1',
  '\n::error file=x::owned\n::set-env name=PATH::/tmp\n',
  '\u202egnp.exe\u2066\u2028\u0085',
  '"} 1\nforged_metric 1\n#',
  '<script>alert(1)</script>]]><x y="&#0;',
  '{{ template }} $HOME `id` $(id)',
  '__proto__',
].join(' ');
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-nasty-'));
/** Of the loop, which takes it with it when its test ends. */
const loopFolder = mkdtempSync(path.join(tmpdir(), 'vigil-nasty-loop-'));
const reports = path.join(loopFolder, 'reports');
const escaped = (text: string) => text.replace(/[^\w ./:=-]/gu, (each) => `&#${each.codePointAt(0)};`);
const xml =
  `<testsuite name="${escaped(nasty)}">${['one', 'two'].map((id) => `<testcase name="${escaped(`${id} ${nasty}`)}" classname="${escaped(nasty)}"><failure message="${escaped(nasty)}" type="x">${escaped(nasty)}</failure></testcase>`).join('')}<testcase name="skips"><skipped message="${escaped(nasty)}"/></testcase></testsuite>`.replaceAll(
    /&#(?:7|27|0);/g,
    '\u0007',
  );

beforeAll(() => {
  writeFileSync(path.join(folder, 'report.xml'), xml);
  writeFileSync(path.join(folder, 'said.txt'), nasty);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const suite = {
  command: ['sh', '-c', `cat ${folder}/said.txt; cat ${folder}/report.xml > "$0"; exit 1`, '{junit}'],
};
const run = (args: string[], env: Record<string, string> = {}, cwd = folder) =>
  vigilHere(args, cwd, { NO_COLOR: '1', ...env });

test('hostile names and messages stay one text on the terminal, in the logs, in the metrics and in JSON', {
  tags: ['promtool'],
}, async () => {
  const label = JSON.stringify(nasty)
    .slice(1, -1)
    .replaceAll(/\\[^n"\\]/g, '');
  const target = await httpServer((request, response) => {
    if (request.url !== '/metrics') response.writeHead(500, { 'x-a': 'b' }).end(nasty);
    else
      response.end(`# TYPE genesis_operations_total counter\ngenesis_operations_total{said="${label}"} 5\n`);
  });
  const config = {
    name: 'Genesis',
    suite,
    target: { orchestration: target },
    sampleInterval: '1s',
    monitoring: { timeScale: 0.01 },
    notifications: { channels: [{ type: 'console' }, { type: 'file', path: 'told.jsonl' }] },
  };
  const loop = await startSmallLoop(config, ['--interval', '1s'], {}, loopFolder);
  await until(() => /HealthCheckFailed/.test(loop.said()), loop.said);
  await until(
    async () => JSON.parse((await loop.get('/api/status')).text).lastCycle !== undefined,
    loop.said,
  );

  const metrics = (await loop.get('/metrics')).text;
  expect(promtool(metrics)).toEqual([]);
  const names = parseExposition(metrics).families.map(({ name }) => name);
  expect(names.filter((name) => !/^(genesis|vigil)_/.test(name))).toEqual([]);
  for (const route of ['/api/status', '/api/alerts', '/api/evidence', '/api/page'])
    JSON.parse((await loop.get(route)).text);

  loop.child.kill('SIGTERM');
  await loop.ended();
  for (const line of loop.said().split('\n').filter(Boolean)) {
    expect(line).not.toMatch(unprintable);
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z /);
    expect(line).not.toMatch(/^2026-01-01T00:00:00.000Z PASS/);
  }
  for (const name of ['continuous_monitoring.log', 'health_check.log']) {
    for (const line of readFileSync(path.join(reports, 'logs', name), 'utf8')
      .split('\n')
      .filter(Boolean)) {
      expect(line).not.toMatch(unprintable);
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z (PASS|FAIL|UNKNOWN|INCONCLUSIVE)/);
      expect(line).not.toContain('2026-01-01T00:00:00.000Z PASS forged=1\n');
    }
  }
  for (const name of ['metrics_snapshot.json', 'alerts_triggered.json'])
    JSON.parse(readFileSync(path.join(reports, name), 'utf8'));
  for (const line of readFileSync(path.join(loopFolder, 'told.jsonl'), 'utf8').trim().split('\n'))
    JSON.parse(line);

  for (const asked of [
    ['alerts'],
    ['gate', '--to', '25'],
    ['report'],
    ['gate', '--deployed', nasty, '--by', nasty],
  ]) {
    const { stdout, stderr } = await run(asked, {}, loopFolder);
    expect(stdout + stderr, asked[0]).not.toMatch(unprintable);
  }
});

test('a single cycle shows it so too, and its JSON is one document', async () => {
  writeFileSync(path.join(folder, 'vigil.config.json'), JSON.stringify({ suite, reports: 'single' }));
  const shown = await run(['monitor']);
  expect(shown.code).toBe(1);
  expect(shown.stdout + shown.stderr).not.toMatch(unprintable);
  expect(shown.stdout).toContain('gnp.exe');
  const { stdout } = await run(['monitor', '--json']);
  expect(JSON.parse(stdout).checks).toHaveLength(3);
});

test('on GitHub no line of others is a command, and every annotation is one line', async () => {
  const summary = path.join(folder, 'summary.md');
  writeFileSync(summary, '');
  const { stdout, stderr } = await run(['gate', '--to', '25'], {
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_ACTOR: nasty.replaceAll('\u0000', ''),
  });
  let stopped: string | undefined;
  for (const line of (stdout + stderr).split('\n')) {
    const stop = /^::stop-commands::(\S+)$/.exec(line)?.[1];
    if (stop) stopped = stop;
    else if (stopped && line === `::${stopped}::`) stopped = undefined;
    else if (!stopped && line.startsWith('::'))
      expect(line).toMatch(/^::(error|warning|notice|group|endgroup)\b/);
    if (!stopped) expect(line).not.toMatch(/^::set-env/);
  }
  expect(readFileSync(summary, 'utf8')).not.toMatch(/<script>alert/);
});

test('what an error tells on the terminal is made safe as well', async () => {
  const { stderr, code } = await run(['gate', '--to', `50${nasty}`]);
  expect(code).toBe(64);
  expect(stderr).not.toMatch(unprintable);
  const named = await run(['monitor', '--config', `no${nasty}.json`]);
  expect(named.code).toBe(64);
  expect(named.stderr).not.toMatch(unprintable);
});
