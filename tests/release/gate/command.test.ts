import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openHistory, openHistoryReader } from '../../../src/history/open-history.ts';
import { parseJUnit } from '../../../src/suite/junit/parse.ts';
import { emptyFolder, vigil, vigilProcess } from '../../scripts/vigil.ts';
import { type GreenOptions, minute, recordGreen } from './green.ts';

const config = `export default {
  target: { orchestration: 'http://target', planner: 'http://planner' },
  rollout: { plan: [{ percent: 25, after: '15m' }, { percent: 50, after: '60m' }, { percent: 100, after: '48h' }] },
};`;

/** A folder with a configuration and the history of a watch that goes on now. */
function watched(options: GreenOptions = {}, files: Record<string, string> = {}) {
  const cwd = emptyFolder({ 'vigil.config.mjs': config, ...files });
  const file = path.join(cwd, 'reports', 'vigil.sqlite');
  const history = openHistory({ file });
  // A little over 70 minutes ago, so that nothing is dated after the child's clock.
  recordGreen(history, { baseMs: Date.now() - 71 * minute, untilMs: Date.now() - 1000, ...options });
  history.close();
  const decisions = () => {
    const reader = openHistoryReader({ file });
    const all = reader.decisions(0, Number.MAX_SAFE_INTEGER).filter(({ id }) => !id.startsWith('taken'));
    reader.close();
    return all;
  };
  return { cwd, decisions };
}

test('a pass exits 0, takes the stage, and says every condition and what it proves', async () => {
  const { cwd, decisions } = watched();
  const { code, stdout } = await vigil(['gate', '--to', '50', '--by', 'carol'], { cwd });
  expect(stdout).toMatch(/^\nPASS {2}Vigil gate {2}v2 from 25 % to 50 %/);
  expect(stdout).toMatch(/✓ soak time .*≥ 45m/);
  expect(stdout).toMatch(/^20 of 21 conditions met, 1 not configured$/m);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/What this proves: \d+ of \d+ cycles/);
  expect(code).toBe(0);
  expect(decisions()).toMatchObject([
    { to: 50, isTaken: true, askedBy: 'carol', via: 'command', release: 'v2' },
  ]);
  // The next stage has not soaked.
  const next = await vigil(['gate', '--to', '100', '--json'], { cwd });
  expect(next.code).toBe(1);
  const document = JSON.parse(next.stdout);
  const soak = document.conditions.find(({ id }: { id: string }) => id === 'soak');
  expect(document).toMatchObject({ verdict: 'fail', from: 50, letThrough: false });
  expect(Date.parse(document.askAgainAt)).toBeGreaterThanOrEqual(Date.parse(soak.askAgainAt));
});

test('25 to 50 before its soak time exits 1 with the time to come back', async () => {
  const { cwd } = watched({ baseMs: Date.now() - 30 * minute });
  const { code, stdout } = await vigil(['gate', '--to', '50'], { cwd });
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ soak time/);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/ask again at 20\d\d-\S+Z, in 3[45]m/);
});

test('a gate that waits says what is open, and opens when the soak is over', async () => {
  const { cwd, decisions } = watched({ baseMs: Date.now() - 65 * minute + 8000 });
  const { code, stdout, stderr } = await vigil(['gate', '--to', '50', '--wait', '2m'], { cwd });
  expect(stderr).toMatch(/waits for soak time; 50 % is possible from 20\d\d-\S+Z; ends in/);
  expect(stdout).toMatch(/PASS {2}.*\n20 of 21/);
  expect(code).toBe(0);
  // What was asked on the way is not kept.
  expect(decisions()).toHaveLength(1);
});

test('a gate that waited in vain ends with its verdict', async () => {
  const { cwd } = watched({ baseMs: Date.now() - 30 * minute });
  const { code, stderr, stdout } = await vigil(['gate', '--to', '50', '--wait', '2s', '--dry-run'], { cwd });
  expect(stderr).toMatch(/after this wait has ended/);
  expect(stdout).toMatch(/FAIL/);
  expect(code).toBe(1);
});

test('an empty folder exits 2, and the deployment that it asks for can be recorded there', async () => {
  const cwd = emptyFolder({ 'vigil.config.mjs': config });
  const asked = await vigil(['gate', '--to', '25', '--json'], { cwd });
  expect([asked.code, JSON.parse(asked.stdout).verdict]).toEqual([2, 'inconclusive']);
  const recorded = await vigil(['gate', '--deployed', 'v2', '--by', 'ci', '--note', 'hotfix', '--json'], {
    cwd,
  });
  expect(recorded.code).toBe(0);
  expect(JSON.parse(recorded.stdout)).toMatchObject({
    deployment: { release: 'v2', by: 'ci', note: 'hotfix' },
    next: { to: 25 },
  });
  const again = await vigil(['gate', '--to', '25'], { cwd });
  expect(again.code).toBe(1); // its soak time
  expect(again.stdout).toContain('after the deployment of v2');
});

test('an override exits 0, says so, and keeps the verdict that it overrode', async () => {
  const { cwd, decisions } = watched({ latency: 0.4 });
  const args = [
    'gate',
    '--to',
    '50',
    '--override',
    '--reason',
    'the slow part is switched off',
    '--by',
    'carol',
  ];
  const { code, stdout } = await vigil(args, { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\nFAIL .*\n.*1 failed/);
  expect(stdout).toContain('OVERRIDDEN by carol: the slow part is switched off');
  expect(decisions()).toMatchObject([
    {
      verdict: 'fail',
      isTaken: true,
      override: { by: 'carol', reason: 'the slow part is switched off' },
      body: { letThrough: true, override: { by: 'carol' } },
    },
  ]);
});

test('cycles that were judged by other thresholds count when the command says so', async () => {
  const other = 'thresholds: { latencyP95: { slo: { value: 0.3 } } },\n};';
  const { cwd } = watched({}, { 'vigil.config.mjs': config.replace(/};$/, other) });
  const asked = await vigil(['gate', '--to', '50', '--dry-run'], { cwd });
  expect(asked.code).toBe(2);
  expect(asked.stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /latencyP95\.slo < 300 ms, was < 200 ms.*--accept-thresholds/,
  );
  const accepted = await vigil(['gate', '--to', '50', '--dry-run', '--accept-thresholds'], { cwd });
  expect(accepted.code).toBe(0);
  expect(accepted.stdout.replaceAll(/\s+/g, ' ')).toContain('accepted: ');
});

test('without a configuration another watch’s evidence is nobody’s: it is asked which deployment', async () => {
  const { cwd } = watched({}, { 'none.json': '{}' });
  const { code, stdout } = await vigil(
    ['gate', '--to', '25', '--dry-run', '--config', 'none.json', '--json'],
    { cwd },
  );
  const { conditions } = JSON.parse(stdout);
  expect(code).not.toBe(0);
  expect(conditions.find(({ id }: { id: string }) => id === 'target')).toMatchObject({
    outcome: 'unknown',
    detail: expect.stringMatching(/which deployment\?.*the watch is on http:\/\/target/),
  });
});

test('a dry run neither records nor takes', async () => {
  const { cwd, decisions } = watched();
  expect((await vigil(['gate', '--to', '50', '--dry-run'], { cwd })).code).toBe(0);
  expect(decisions()).toEqual([]);
});

test.concurrent.for<[string, string[], RegExp]>([
  ['nothing asked', ['gate'], /requires either --to PERCENT or --deployed RELEASE/],
  ['a stage that the plan has not', ['gate', '--to', '33'], /the plan has no such stage/],
  ['an override without a reason', ['gate', '--to', '50', '--override'], /--override requires --reason/],
  [
    'an empty reason',
    ['gate', '--to', '50', '--override', '--reason', ' '],
    /invalid --reason " ": expected a text/,
  ],
  [
    'an override that is none',
    ['gate', '--to', '50', '--override', '--reason', 'x', '--dry-run'],
    /--override and --dry-run exclude each other/,
  ],
  ['a deployment without a name', ['gate', '--deployed', ''], /invalid --deployed "": expected a text/],
])('%s exits 64 with one clear text', async ([, args, says], { expect }) => {
  const { code, stdout, stderr } = await vigil(args, { cwd: emptyFolder({ 'vigil.config.mjs': config }) });
  expect([code, stdout]).toEqual([64, '']);
  expect(stderr).toMatch(says);
});

test('--junit writes the conditions as they are: failed ones fail, unknown ones are errors', async () => {
  const { cwd } = watched({ latency: 0.4, without: ['sentinel'] });
  const { code } = await vigil(['gate', '--to', '50', '--junit', 'out/gate.xml'], { cwd });
  expect(code).toBe(1);
  const report = parseJUnit(readFileSync(path.join(cwd, 'out', 'gate.xml')));
  expect(report.problems).toEqual([]);
  const { cases } = report;
  const of = (outcome: string) => cases.filter((one) => one.outcome === outcome).map(({ name }) => name);
  expect(of('failed')).toEqual(['P95 latency']);
  expect(of('errored')).toEqual(['sentinel']);
  expect(of('passed')).toHaveLength(18);
  expect(cases.find(({ name }) => name === 'P95 latency')?.properties).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: 'limit', value: '< 200 ms' })]),
  );
});

test('a report that can’t be written is said', async () => {
  const { cwd } = watched({}, { blocked: '' });
  const { code, stderr } = await vigil(['gate', '--to', '50', '--dry-run', '--junit', 'blocked/gate.xml'], {
    cwd,
  });
  expect(code).toBe(64);
  expect(stderr).toContain('--junit can’t be written');
});

test('in GitHub Actions it annotates, appends to the step’s summary, and shields what others wrote', async () => {
  const { cwd, decisions } = watched({ latency: 0.4, without: ['sentinel'] });
  const summary = path.join(cwd, 'summary.md');
  writeFileSync(summary, 'before\n');
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_ACTOR: 'carol',
    GITHUB_WORKFLOW: 'deploy',
    GITHUB_RUN_ID: '42',
  };
  const { code, stdout, stderr } = await vigil(['gate', '--to', '50'], { cwd, env });
  expect(code).toBe(1);
  const lines = stderr.trim().split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/^::error title=Vigil gate%3A P95 latency::\S+ ms.*< 200 ms; /),
    expect.stringMatching(/^::warning title=Vigil gate%3A sentinel::none /),
  ]);
  const token = /^::stop-commands::(\S+)$/m.exec(stdout)?.[1];
  expect(stdout.trimEnd().endsWith(`::${token}::`)).toBe(true);
  const text = readFileSync(summary, 'utf8');
  expect(text).toMatch(/^before\n### Vigil gate: fail for v2 from 25 % to 50 %\n/);
  expect(text).toContain('| ❌ P95 latency |');
  expect(decisions()).toMatchObject([{ askedBy: 'carol, GitHub deploy run 42' }]);
});

test('with --json stdout is one document in GitHub Actions too, and a summary that can’t be written costs no verdict', async () => {
  const { cwd } = watched();
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path.join(cwd, 'no', 'such', 'folder.md') };
  const { code, stdout, stderr } = await vigil(['gate', '--to', '50', '--json'], { cwd, env });
  expect([code, JSON.parse(stdout).verdict]).toEqual([0, 'pass']);
  expect(stderr).toContain('can’t be written');
  expect(existsSync(path.join(cwd, 'no'))).toBe(false);
});

test('outside of CI nothing of it appears', async () => {
  const { cwd } = watched({ latency: 0.4 });
  const { stdout, stderr } = await vigil(['gate', '--to', '50', '--dry-run'], { cwd });
  expect(`${stdout}${stderr}`).not.toContain('::');
});

test('two at once leave two decisions and one stage', async () => {
  const { cwd, decisions } = watched();
  const both = await Promise.all([1, 2].map(() => vigilProcess(['gate', '--to', '50'], { cwd })));
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(decisions().map(({ to }) => to)).toEqual([50, 50]);
});
