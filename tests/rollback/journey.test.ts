import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RollbackRun } from '../../src/rollback/index.ts';
import { runsOf } from './runs-of.ts';
import { type TwoReleases, twoReleases } from './two-releases.ts';
import { startVigil, vigil } from './vigil-process.ts';

interface Seen {
  lead: string;
  level: string;
  text: string;
  rollback: RollbackRun[];
  gate: { verdict: string; rollback?: string };
}

let two: TwoReleases;
let loop: ReturnType<typeof startVigil>;
let url = '';
const seen: Seen[] = [];

const file = (name: string) => path.join(two.folder, name);
const json = async (address: string) => (await fetch(address)).json();
const release = async () => (await json(`http://127.0.0.1:${two.port}/health`)).releaseId as string;

/** What somebody on call sees now; kept, because a stage is over soon. */
async function look(): Promise<Seen> {
  const [{ set }, gate] = await Promise.all([json(`${url}/api/page`), json(`${url}/api/gate?to=25`)]);
  const { lead, level, text } = set.headline;
  const condition = gate.conditions.find(({ id }: { id: string }) => id === 'rollback');
  const now = {
    ...{ lead, level, text, rollback: set.rollback },
    gate: { verdict: gate.verdict, rollback: condition?.outcome },
  };
  seen.push(now);
  return now;
}

async function until(what: (now: Seen) => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (what(await look())) return;
    await sleep(600);
  }
  throw new Error(`it never came: ${JSON.stringify(seen.at(-1), null, 2)}\n${loop.said()}`);
}

beforeAll(async () => {
  two = await twoReleases('git', 'release');
  const { rollback, ...config } = two.config;
  const shortened = {
    ...config,
    rollback: { ...rollback, automatic: true },
    ...{ interval: '1h', timeout: '90s', sampleInterval: '500ms', liveWindow: '10s' },
    thresholds: { errorRatio: { rollback: { value: 0.01, forSeconds: 2 } } },
    notifications: { channels: [{ type: 'file', path: file('told.jsonl') }] },
  };
  writeFileSync(file('vigil.config.json'), JSON.stringify(shortened));
  two.start();
  // The fault of the second release shows later.
  await fetch(`http://127.0.0.1:${two.port}/faults`, { method: 'DELETE' });
  await vigil(['gate', '--deployed', 'v2', '--by', 'ci'], two.folder);
  loop = startVigil(['monitor', '--loop', '--port', '0'], two.folder);
  for (let attempt = 0; attempt < 600 && url === ''; attempt += 1) {
    url = /Serving (http:\S+);/.exec(loop.said())?.[1] ?? '';
    await sleep(50);
  }
  for (let attempt = 0; attempt < 900; attempt += 1) {
    if ((await fetch(`${url}/readyz`)).status === 200) break;
    await sleep(100);
  }
}, 120_000);

afterAll(async () => {
  loop.child.kill('SIGKILL');
  await loop.ended;
  two.stop();
});

test('a fault of the release is rolled back by the loop, seen by everybody who looks, and only once', async () => {
  const t0 = Date.now();
  expect(await release()).toBe('v2');
  await vigil(['gate', '--to', '25', '--dry-run'], two.folder);
  writeFileSync(file('fault'), '');
  two.apply();
  await until((now) => now.rollback[0]?.status === 'running');
  await until((now) => now.rollback[0]?.status !== 'running');
  console.log('ended', Date.now() - t0);
  await until((now) => now.lead === 'Rolled back' || Date.now() > t0 + 40000);
  console.log('rolled back', Date.now() - t0);
  const out: string[] = [];
  for (const s of seen) {
    const l = `${s.level} | ${s.text} | ${s.rollback.map((r) => `${r.status}:${r.stages.map((x) => x.status).join(',')}`)} | ${JSON.stringify(s.gate)}`;
    if (out.at(-1)?.replace(/\d+/g, '') !== l.replace(/\d+/g, '')) out.push(l);
  }
  writeFileSync(
    '/tmp/journey.out',
    [...out, loop.said(), JSON.stringify(runsOf({ file }), null, 1)].join('\n'),
  );
  void readdirSync;
  void readFileSync;
  void existsSync;
}, 120_000);
