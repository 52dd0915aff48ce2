// Runs in a thread of its own: reads all of a database, or what is left of one, while the loop goes on.
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../core/index.ts';
import { damageOf } from './inspect-file.ts';
import { openDatabase } from './open-database.ts';
import type { RenewalAnswer, Task } from './renewal.ts';
import { salvage } from './salvage.ts';

function salvaged(aside: string, making: string, nowMs: number): RenewalAnswer {
  const warnings: string[] = [];
  const { db } = openDatabase(making, {
    now: new Date(nowMs),
    onWarning: (text) => void warnings.push(text),
  });
  try {
    const said = salvage(aside, db);
    return { said, warnings };
  } finally {
    db.close();
  }
}

function done(task: Task): RenewalAnswer {
  try {
    if (task.what === 'salvage') return salvaged(task.aside, task.making, task.nowMs);
    const beganMs = performance.now();
    const damage = damageOf(task.file, task.isOpenHere);
    return { damage, tookMs: performance.now() - beganMs, warnings: [] };
  } catch (thrown) {
    return { failed: messageOf(thrown), warnings: [] };
  }
}

parentPort?.postMessage(done(workerData as Task));
