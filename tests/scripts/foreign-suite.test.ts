import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { survivors, until } from '../suite/run/processes.ts';
import { quietTarget } from './target.ts';
import { emptyFolder, startVigil, vigil } from './vigil.ts';

const green = '<testsuite name="s"><testcase classname="c" name="one" time="0.1"/></testsuite>';
const red = green.replace('"0.1"/>', '"0.1"><failure message="it is down"/></testcase>');

/** A folder with a configuration whose suite is a script that prints `report`. */
function folder(
  orchestration: string,
  report: string,
  more: { code?: number; script?: string } = {},
): string {
  return emptyFolder({
    'suite.mjs':
      more.script ?? `process.stdout.write(${JSON.stringify(report)}); process.exitCode = ${more.code ?? 0};`,
    'vigil.config.json': JSON.stringify({
      target: { orchestration },
      suite: { command: [process.execPath, 'suite.mjs'], junit: '-' },
    }),
  });
}
const read = (cwd: string, name: string) => JSON.parse(readFileSync(path.join(cwd, 'reports', name), 'utf8'));

test.for([
  ['a passing suite', green, 0, 0, 'pass'],
  ['a failing suite', red, 1, 1, 'fail'],
  ['a failing suite that exits 0', red, 0, 1, 'fail'],
  ['a passing suite that exits 1', green, 1, 2, 'inconclusive'],
  ['a suite that prints nothing', '', 0, 2, 'inconclusive'],
  ['half a report', green.slice(0, 50), 0, 2, 'inconclusive'],
] as const)(
  '%s: the exit code, the document and the evidence say the same',
  async ([, report, code, exitCode, verdict]) => {
    const cwd = folder(await quietTarget(), report, { code });
    const ended = await vigil(['monitor', '--json'], { cwd });
    expect(ended.code).toBe(exitCode);
    expect(JSON.parse(ended.stdout)).toMatchObject({ version: 1, verdict });
    expect(read(cwd, 'metrics_snapshot.json')).toMatchObject([{ verdict }]);
    expect(readFileSync(path.join(cwd, 'reports/logs/continuous_monitoring.log'), 'utf8')).toContain(
      ` ${verdict.toUpperCase()} `,
    );
  },
);

test.for([
  [
    'that is down',
    () => freePort().then((port) => `http://127.0.0.1:${port}`),
    /does not answer: .*connection refused/,
  ],
  [
    'whose metrics are malformed',
    () => quietTarget('genesis_x{ 1'),
    /can’t be scraped: http:.*metrics: line 1 of the metrics/,
  ],
  ['whose metrics answer 500', () => quietTarget('', 500), /can’t be scraped: .* answered 500/],
] as const)('a green suite proves nothing about a target %s', async ([, target, says]) => {
  const cwd = folder(await target(), green);
  const { code, stdout } = await vigil(['monitor'], { cwd });
  expect(code).toBe(2);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(says);
  expect(stdout).toMatch(/^INCONCLUSIVE/m);
  const [gravest] = read(cwd, 'alerts_triggered.json');
  expect(gravest).toMatchObject({ alertname: 'ServiceDown', priority: 'P0' });
});

test('an old report is not left standing when the run brought none', async () => {
  const cwd = folder(await quietTarget(), green);
  expect((await vigil(['monitor'], { cwd })).code).toBe(0);
  const last = path.join(cwd, 'reports/health_test_results.xml');
  expect(readFileSync(last, 'utf8')).toBe(green);
  writeFileSync(path.join(cwd, 'suite.mjs'), 'process.exit(0)');
  expect((await vigil(['monitor'], { cwd })).code).toBe(2);
  expect(existsSync(last)).toBe(false);
  expect(read(cwd, 'metrics_snapshot.json')).toHaveLength(2);
});

test('evidence of an older Vigil that can’t be read is set aside, and the cycle is recorded', async () => {
  const cwd = folder(await quietTarget(), green);
  const reports = path.join(cwd, 'reports');
  mkdirSync(reports, { recursive: true });
  writeFileSync(path.join(reports, 'metrics_snapshot.json'), '[{"half": ');
  const { code, stdout } = await vigil(['monitor'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain('metrics_snapshot.json.corrupt-');
  expect(read(cwd, 'metrics_snapshot.json')).toHaveLength(1);
  // From then on the file is only written.
  writeFileSync(path.join(reports, 'metrics_snapshot.json'), '[{"half": ');
  expect((await vigil(['monitor'], { cwd })).stdout).not.toContain('corrupt-');
  expect(read(cwd, 'metrics_snapshot.json')).toHaveLength(2);
});

test('a password in the target’s URL is in nothing that is shown or written', async () => {
  const url = await quietTarget();
  const cwd = folder(url.replace('http://', 'http://user:hunter2@'), green);
  const { code, stdout, stderr } = await vigil(['monitor', '--json'], { cwd });
  expect(code).toBe(0);
  const written = [
    'metrics_snapshot.json',
    'metrics.prom',
    'logs/health_check.log',
    'logs/continuous_monitoring.log',
  ];
  const texts = written.map((name) => readFileSync(path.join(cwd, 'reports', name), 'utf8'));
  expect([stdout, stderr, ...texts].join('\n')).not.toContain('hunter2');
  expect(stdout).toContain('user:[redacted]@');
});

test.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s in the middle of a cycle ends the suite, records the cycle and is inconclusive',
  async (signal) => {
    const script = `import { writeFileSync } from 'node:fs'; writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000);`;
    const cwd = folder(await quietTarget(), '', { script });
    const pidFile = path.join(cwd, 'pid');
    const { child, ended } = startVigil(['monitor'], { cwd });
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '', 'the suite');
    child.kill(signal);
    const { code, stdout } = await ended;
    expect(code).toBe(2);
    expect(stdout).toContain('the suite was killed by SIGKILL');
    expect(read(cwd, 'metrics_snapshot.json')).toMatchObject([{ verdict: 'inconclusive', pass_rate: null }]);
    expect(await survivors([Number(readFileSync(pidFile, 'utf8'))])).toEqual([]);
  },
);

test('without a terminal there is no colour code, neither on stdout nor on stderr', async () => {
  const { stdout, stderr } = await vigil(['monitor'], { cwd: folder(await quietTarget(), red, { code: 1 }) });
  expect(`${stdout}${stderr}`.includes('\u001b')).toBe(false);
  expect(stdout).toMatch(/^FAIL {2}0 passed, 1 failed/m);
});
