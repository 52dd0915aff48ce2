// @module-tag git

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RollbackRun, stageNames } from '../../../src/release/rollback/runs/run.ts';
import { runsOf } from './runs-of.ts';
import { type TwoReleases, twoReleases } from './two-releases.ts';
import { startVigil, vigil } from './vigil-process.ts';

/** What somebody on call sees at one time. */
interface Seen {
  lead: string;
  text: string;
  run: RollbackRun | undefined;
  /** Asked only while one runs. */
  gate?: { verdict: string; rollback: string | undefined };
}

let two: TwoReleases;
let loop: ReturnType<typeof startVigil>;
let url = '';
const seen: Seen[] = [];
/** In milliseconds; the gate answers an address 120 times a minute. */
let gateAskedAt = 0;

const file = (name: string) => path.join(two.folder, name);
// biome-ignore lint/suspicious/noExplicitAny: what the port answers, read as its readers read it
const json = async (address: string): Promise<any> => (await fetch(address)).json();
const release = async (): Promise<string> =>
  (await json(`http://127.0.0.1:${two.port}/health`)).releaseId as string;

async function look(): Promise<Seen> {
  const { set } = await json(`${url}/api/page`);
  const [run] = set.rollback as RollbackRun[];
  const now: Seen = { lead: set.headline.lead, text: set.headline.text, run };
  if (run?.status === 'running' && Date.now() - gateAskedAt > 1000) {
    gateAskedAt = Date.now();
    const { verdict, conditions } = await json(`${url}/api/gate?to=25`);
    const one = conditions.find(({ id }: { id: string }) => id === 'rollback');
    // What was asked a moment later may be of after the end.
    if (runsOf({ file })[0]?.status === 'running') now.gate = { verdict, rollback: one?.outcome };
  }
  seen.push(now);
  return now;
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (await what()) return;
    await sleep(250);
  }
  throw new Error(`it never came: ${JSON.stringify(seen.at(-1), null, 2)}\n${loop.said()}`);
}

beforeAll(async () => {
  two = await twoReleases('git', 'release');
  const { rollback, ...config } = two.config;
  const shortened = {
    ...config,
    rollback: { ...rollback, automatic: true },
    interval: '1h',
    timeout: '90s',
    sampleInterval: '500ms',
    liveWindow: '10s',
    thresholds: { errorRatio: { rollback: { value: 0.01, forSeconds: 2 } } },
    notifications: { channels: [{ type: 'file', path: file('told.jsonl') }] },
  };
  writeFileSync(file('vigil.config.json'), JSON.stringify(shortened));
  two.start();
  // The fault of the second release shows later.
  await fetch(`http://127.0.0.1:${two.port}/faults`, { method: 'DELETE' });
  expect(await vigil(['gate', '--deployed', 'v2', '--by', 'ci'], two.folder)).toMatchObject({ code: 0 });
  loop = startVigil(['monitor', '--loop', '--port', '0'], two.folder);
  await until(() => {
    url = /Serving (http:\S+);/.exec(loop.said())?.[1] ?? '';
    return url !== '';
  });
  await until(async () => (await fetch(`${url}/readyz`)).status === 200);
});

afterAll(async () => {
  // There is no loop when the beginning failed; the release that was started must end all the same.
  try {
    loop.child.kill('SIGKILL');
    await loop.ended;
  } finally {
    two.stop();
  }
});

test('a fault of the second release is rolled back by the loop itself, once, before the eyes of everybody', async () => {
  expect(await release()).toBe('v2');
  expect((await look()).run).toBeUndefined();
  two.apply();
  await until(async () => (await look()).run !== undefined);
  await until(async () => (await look()).run?.status !== 'running');

  const live = seen.filter(({ run }) => run?.status === 'running');
  for (const { lead, text } of live) {
    expect(lead).toBe('Stand by');
    expect(text).toMatch(/git .*begun [\dms ]+ ago, .*(stage \d of 5, \w+, for|between)/);
  }
  const stages = live.map(({ run }) => run?.stages.find(({ status }) => status === 'running')?.name);
  const passed = stageNames.filter((name) => stages.includes(name));
  expect(passed.length).toBeGreaterThan(1);
  expect([...new Set(stages.filter((name) => name !== undefined))]).toEqual(passed);
  const answers = live.flatMap(({ gate }) => gate ?? []);
  expect(answers.length).toBeGreaterThan(0);
  for (const answer of answers) expect(answer).toEqual({ verdict: 'fail', rollback: 'fail' });

  // The errors of before are still in the window then, and the trigger fires on; nobody is sent to roll back once more.
  expect(seen.at(-1)?.text).toMatch(/^Rolled back: .*git .*\d+s ago .*error_ratio/);
  await until(async () => {
    await look();
    const { open } = await json(`${url}/api/alerts`);
    return !open.some(
      ({ rule, status }: { rule: string; status: string }) =>
        rule === 'RollbackRequired' && status === 'firing',
    );
  });
  const after = seen.slice(seen.findIndex(({ run }) => run?.status === 'succeeded'));
  expect(after.map(({ lead }) => lead)).not.toContain('Roll back now');
  expect(seen.at(-1)?.lead).toBe('Rolled back');
  expect(await json(`${url}/api/gate?to=25`)).toMatchObject({ verdict: 'fail' });
  expect(await release()).toBe('v1');
  expect(loop.said().match(/Rolling back automatically/g)).toHaveLength(1);
});

test('the journal has one run, called for by evidence, with every stage within its budget', () => {
  const runs = runsOf({ file });
  expect(runs).toMatchObject([
    {
      type: 'git',
      status: 'succeeded',
      who: 'vigil monitor, automatically',
      trigger: { name: 'error_ratio' },
    },
  ]);
  const { trigger, startedMs, endedMs = Number.NaN, stages } = runs[0] as RollbackRun;
  expect(trigger?.limit).toBe('> 1 % for 2s');
  expect(trigger?.value).toBeGreaterThan(0.01);
  expect((trigger?.firedMs ?? 0) - (trigger?.sinceMs ?? 0)).toBeGreaterThanOrEqual(2000);
  expect(stages.map(({ name, status }) => [name, status])).toEqual(stageNames.map((name) => [name, 'done']));
  const times = [startedMs, ...stages.flatMap((stage) => [stage.startedMs, stage.endedMs]), endedMs];
  expect(times).toEqual(times.toSorted((a, b) => Number(a) - Number(b)));
  expect(stages.find(({ name }) => name === 'verify')?.detail).toMatch(/\d+ passed/);
});

test('the incident’s folder tells all of it', () => {
  const folder = runsOf({ file })[0]?.incident ?? '';
  expect(readdirSync(folder).sort()).toEqual([
    'evidence-after.json',
    'evidence-before.json',
    'health.junit.xml',
    'incident-report.md',
    'logs',
    'plan.txt',
    'releases-git.txt',
    'slo.junit.xml',
    'timeline.json',
    'trigger.json',
  ]);
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
  expect(JSON.parse(read('evidence-before.json')).values.errorRatio).toBeGreaterThan(0.01);
  expect(read('incident-report.md')).toMatch(/error_ratio[\s\S]*validate/);
  expect(read('releases-git.txt')).toContain('release v2');
  expect(existsSync(path.join(folder, 'logs/git-rollback.start.log'))).toBe(true);
});

test('everybody was told that it began and ended, and the report of the watch names it', async () => {
  const toldNow = () =>
    readFileSync(file('told.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  // The end is told once it is recorded, a moment after it can be seen.
  await until(() => toldNow().some(({ change, id }) => change === 'rollback' && id.endsWith(':end')));
  const told = toldNow();
  const started = told.filter(({ alertname }) => alertname === 'RollbackStarted');
  expect(started.map(({ state }) => state)).toEqual(['firing', 'resolved']);
  expect(told.some(({ alertname }) => alertname === 'RollbackFailed')).toBe(false);
  const { stdout, code } = await vigil(['report', '--json', '--format', 'md'], two.folder);
  expect(code).toBe(1);
  const { conclusion, decisions } = JSON.parse(stdout);
  expect(decisions.rollbacks).toMatchObject([{ type: 'git', status: 'succeeded' }]);
  expect(conclusion.recommendation).toContain('The rollback has run');
  expect(readFileSync(file('reports/48hour_report.md'), 'utf8')).toMatch(/git.*succeeded[\s\S]*validate/);
});
