import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { httpServer } from '../../clients/servers.ts';
import { vigil, vigilProcess } from '../../scripts/vigil.ts';
import { configure, cycleIn, ownProject } from './own-suite.ts';

const green = (id: string) =>
  `check('counts', { id: '${id}' }, ({ measure }) => { measure(1, 'count', '< 2'); });\n`;
const target = async () => ({ target: { url: await httpServer((_, response) => response.end('ok')) } });

const rememberedIn = (cwd: string) => path.join(cwd, 'reports/known_checks.json');
/** As if an earlier cycle had shown these. */
function remember(cwd: string, ...ids: string[]): void {
  mkdirSync(path.join(cwd, 'reports'), { recursive: true });
  const checks = ids.map((id) => ({ id, title: 'counts', group: 'a.check.ts' }));
  writeFileSync(rememberedIn(cwd), JSON.stringify({ version: 1, checks }));
}

test('a check that an earlier cycle had is unknown when it is gone, until it is forgotten', async () => {
  const cwd = ownProject(await target(), { a: green('W01') });
  const first = await cycleIn(cwd);
  expect(first).toMatchObject({ code: 0, told: ['W01 pass'] });
  // Nobody could know in the first cycle, and it says so.
  expect(first.document.completeness).toBe('unknown');

  remember(cwd, 'W01', 'W02');
  const second = await cycleIn(cwd);
  expect(second).toMatchObject({ code: 2, told: ['W01 pass', 'W02 unknown'] });
  expect(second.document.completeness).toBe('remembered');
  expect(second.document.checks[1]?.reason).toContain('an earlier cycle had it');

  expect((await vigil(['checks', '--forget', 'W09'], { cwd })).code).toBe(64);
  expect((await vigil(['checks', '--forget', 'W02'], { cwd })).code).toBe(0);
  expect((await vigil(['checks'], { cwd })).stdout).toMatch(/^1 checks, by earlier cycles\n.*W01/);
});

test('a whole file of checks that can’t be loaded leaves each of them unknown', async () => {
  const cwd = ownProject(await target(), { a: green('W01'), b: "import './no-such-file.ts';\n" });
  remember(cwd, 'W01', 'W02');
  const { code, told, document } = await cycleIn(cwd);
  expect(code).not.toBe(0);
  expect(told).toEqual(expect.arrayContaining(['W01 pass', 'W02 unknown']));
  expect(document.problems.join('\n')).toContain('b.check.ts failed as a file');
  // What stands in the report for the file is no check to be remembered.
  expect(readFileSync(rememberedIn(cwd), 'utf8')).not.toContain('"id": "b.check.ts"');
});

test('against a declared catalogue a missing check is unknown from the first cycle, a new one a problem', async () => {
  const suite = { root: 'health-tests', catalogue: 'health-tests/checks.json' };
  const cwd = ownProject({ ...(await target()), suite }, { a: green('W02') + green('W03') });
  expect((await vigil(['checks', '--write'], { cwd })).code).toBe(64); // no cycle is remembered yet
  remember(cwd, 'W01', 'W02');
  expect((await vigil(['checks', '--write'], { cwd })).stdout).toContain('2 checks');

  const { code, told, document } = await cycleIn(cwd);
  expect({ code, told }).toEqual({ code: 2, told: ['W02 pass', 'W03 pass', 'W01 unknown'] });
  expect(document.completeness).toBe('declared');
  expect(document.problems.join()).toContain('“W03” is not in suite.catalogue');
});

test('a list of checks that can’t be read leaves the cycle in doubt and is not written over', async () => {
  const cwd = ownProject(await target(), { a: green('W01') });
  remember(cwd);
  writeFileSync(rememberedIn(cwd), '{ "half');
  const { code, document } = await cycleIn(cwd);
  expect(code).toBe(2);
  expect(document.problems.join()).toContain('the list of checks could not be read');
  expect(readFileSync(rememberedIn(cwd), 'utf8')).toBe('{ "half');
});

test('a quarantined failure decides nothing and is listed; once its time is over it decides again', async () => {
  const red =
    "check('is red', { id: 'W02', next: 'mend it' }, ({ measure }) => { measure(5, 'count', '< 2'); });\n";
  const entry = {
    check: 'W02',
    owner: 'the shop team',
    until: '2999-12-31',
    reason: 'races with the importer',
  };
  const given = await target();
  const cwd = ownProject(
    { ...given, quarantine: [{ ...entry, until: '2020-01-01' }] },
    { a: green('W01') + red },
  );

  const expired = await cycleIn(cwd);
  expect(expired).toMatchObject({
    code: 1,
    document: { verdict: 'fail', quarantine: [{ state: 'expired' }] },
  });
  expect(expired.document.alerts.map(({ check }) => check)).toContain('W02');

  configure(cwd, { ...given, quarantine: [entry] });
  const excused = await cycleIn(cwd, vigilProcess);
  expect(excused).toMatchObject({ code: 0, told: ['W01 pass', 'W02 fail'] });
  expect(excused.document).toMatchObject({
    verdict: 'pass',
    signals: { passed: 1, failed: 0, quarantined: 1, passRate: 1, coverage: 1 },
    quarantine: [{ ...entry, state: 'excused' }],
    checks: [{}, { outcome: 'fail', quarantined: { owner: 'the shop team' }, failingSince: { cycles: 2 } }],
  });
  expect(excused.document.alerts.map(({ check }) => check)).not.toContain('W02');
});

test('a request is sent again only for a declared network error, and that is seen', async () => {
  let asked = 0;
  const url = await httpServer((request, response) => {
    if (request.url === '/flaky') asked += 1;
    if (request.url === '/flaky' && asked % 2 === 1) request.socket.resetAndDestroy();
    else response.end('ok');
  });
  const ask = `check('answers', { id: 'W01' }, async ({ target, measure }) => {
    measure((await target.get('/flaky')).status, 'count', '< 400', { name: 'status' });
  });\n`;
  const cwd = ownProject({ target: { url }, network: { retryOn: ['ETIMEDOUT'] } }, { a: ask });
  const [check] = (await cycleIn(cwd)).document.checks;
  expect(check?.outcome).toBe('fail');
  expect(check?.reason).toContain('connection reset');

  asked = 0;
  configure(cwd, { target: { url }, network: { retryOn: ['ECONNRESET'] } });
  const { document } = await cycleIn(cwd, vigilProcess);
  expect(document.checks[0]).toMatchObject({ outcome: 'pass' });
  expect(document.checks[0]?.measurements).toMatchObject([
    { name: 'network retries', value: 1, note: 'ECONNRESET from GET /flaky' },
    { name: 'status', value: 200 },
  ]);
});
