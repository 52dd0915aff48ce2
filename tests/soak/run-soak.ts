import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDrivenLoop, type Usage } from './driven-loop.ts';
import { startFaultyTarget } from './faulty-target.ts';
import {
  type Course,
  coursesOf,
  type Graces,
  judgeAlerts,
  judgeReceiver,
  judgeUsage,
  starvedFaults,
} from './judge.ts';
import { randomFrom, type SoakPlan } from './plan.ts';
import { startReceiver, type Told } from './receivers.ts';

/** Minutes of the rules become seconds. */
const timeScale = 0.01;
const intervalMs = 1000;
/** Between two cycles; the longest time that a rule of the faults waits is 3 s. */
const longestBlindMs = 5000;
const graces: Graces = { faultMs: 8000, blowMs: 20_000, lastMs: 240_000 };

export interface SoakResult {
  findings: string[];
  /** Faults that were not judged. */
  starved: SoakPlan['faults'];
  courses: Course[];
  told: readonly Told[];
  /** Cycles that the history holds, and slots that came due. */
  cycles: number;
  slots: { observed: number; missed: number };
  lives: number;
}

const suiteText = `if [ -e "$1/red" ]; then
  printf '<testsuite name="s"><testcase name="one" classname="c"><failure message="it is red"/></testcase></testsuite>' > "$0"; exit 1
fi
printf '<testsuite name="s"><testcase name="one" classname="c"/></testsuite>' > "$0"`;

function ask(database: string, sql: string): Record<string, unknown> {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    return db.prepare(sql).get() ?? {};
  } finally {
    db.close();
  }
}

/** Times from the start at which cycles ended. */
function endsOf(database: string, beganMs: number): number[] {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    const rows = db.prepare('SELECT started_ms + duration_ms AS ms FROM cycles ORDER BY ms').all();
    return rows.map(({ ms }) => Number(ms) - beganMs);
  } finally {
    db.close();
  }
}

/** Carries a plan out on a real loop in a folder, and judges what came of it. */
export async function runSoak(
  plan: SoakPlan,
  folder: string,
  tell: (line: string) => void = () => {},
): Promise<SoakResult> {
  mkdirSync(folder, { recursive: true });
  const random = randomFrom(plan.seed + 1);
  const beganMs = Date.now();
  const nowMs = () => Date.now() - beganMs;
  const target = await startFaultyTarget();
  const good = await startReceiver(async () => 200);
  const slow = await startReceiver(async () => {
    await sleep(random() * 1500);
    return 200;
  });
  const isOut = () => plan.outages.some(({ fromMs, toMs }) => nowMs() >= fromMs && nowMs() < toMs);
  const flaky = await startReceiver(async (response) => {
    if (!isOut()) return random() < 0.1 ? 503 : 200;
    if (random() < 0.3) response.destroy();
    return random() < 0.5 ? 429 : 500;
  });
  const hook = (name: string, url: string) => ({ type: 'webhook', name, url, timeout: 5000 });
  writeFileSync(
    path.join(folder, 'vigil.config.json'),
    JSON.stringify({
      target: { orchestration: target.url },
      suite: { command: ['sh', '-c', suiteText, '{junit}', folder] },
      sampleInterval: '250ms',
      fastInterval: '500ms',
      sentinelInterval: '10s',
      monitoring: { timeScale },
      // How busy this machine is, is no part of the plan.
      thresholds: Object.fromEntries(
        ['cpuUsed', 'memoryUsed', 'diskUsed'].map((name) => [name, { warning: { operator: '>', value: 1 } }]),
      ),
      notifications: { channels: [hook('good', good.url), hook('slow', slow.url), hook('flaky', flaky.url)] },
    }),
  );
  const loop = startDrivenLoop(folder, intervalMs);
  const usage: Usage[] = [];
  const watching = setInterval(() => {
    const seen = loop.usage(nowMs());
    if (seen) usage.push(seen);
  }, 1000);
  const red = path.join(folder, 'red');
  const steps = [
    ...plan.faults.flatMap(({ kind, fromMs, toMs }) => [
      {
        atMs: fromMs,
        what: `${kind} begins`,
        act: () => (kind === 'checks' ? writeFileSync(red, '') : target.suffer(kind)),
      },
      {
        atMs: toMs,
        what: `${kind} ends`,
        act: () => (kind === 'checks' ? rmSync(red, { force: true }) : target.suffer(undefined)),
      },
    ]),
    ...plan.blows.map(({ kind, atMs }) => ({ atMs, what: kind, act: () => loop.strike(kind) })),
  ].sort((a, b) => a.atMs - b.atMs);
  try {
    for (const { atMs, what, act } of steps) {
      await sleep(Math.max(0, atMs - nowMs()));
      tell(`${(nowMs() / 1000).toFixed(1).padStart(7)} s  ${what}`);
      await act();
    }
    await sleep(Math.max(0, plan.durationMs - nowMs()));
    // Who was not reached is tried again after twice the time, and again: that is waited for, not timed.
    const lagging = () => [slow, flaky].some(({ told }) => judgeReceiver('', told, good.told).length > 0);
    const firing = () =>
      judgeAlerts(good.told, plan, beganMs, graces).some((finding) => finding.endsWith('resolved'));
    while ((lagging() || firing()) && nowMs() < plan.durationMs + plan.patienceMs) await sleep(200);
    clearInterval(watching);
    const ended = await loop.end();
    const database = path.join(folder, 'reports', 'vigil.sqlite');
    const integrity = Object.values(ask(database, 'PRAGMA integrity_check'))[0];
    const slots = ask(
      database,
      "SELECT sum(state = 'observed') AS observed, sum(state = 'missed') AS missed FROM slots",
    );
    const waiting = Number(ask(database, "SELECT count(*) AS n FROM outbox WHERE status = 'pending'").n ?? 0);
    const starved = starvedFaults(plan, endsOf(database, beganMs), longestBlindMs);
    return {
      starved,
      findings: [
        ...(integrity === 'ok' ? [] : [`the database is damaged: ${integrity}`]),
        ...(ended === 0 || ended === 1 || ended === 2 ? [] : [`the loop ended with ${ended}`]),
        ...(existsSync(path.join(folder, 'reports', 'vigil.lock')) ? ['the lock was left behind'] : []),
        ...(waiting > 6 ? [`${waiting} notifications still wait`] : []),
        ...judgeAlerts(good.told, plan, beganMs, graces, starved),
        ...judgeReceiver('slow', slow.told, good.told),
        ...judgeReceiver('flaky', flaky.told, good.told),
        ...judgeUsage(usage),
      ],
      courses: coursesOf(usage),
      told: good.told,
      cycles: Number(ask(database, 'SELECT count(*) AS n FROM cycles').n),
      slots: { observed: Number(slots.observed), missed: Number(slots.missed) },
      lives: plan.blows.length + 1,
    };
  } finally {
    clearInterval(watching);
    await loop.end();
    for (const part of [target, good, slow, flaky]) part.close();
  }
}
