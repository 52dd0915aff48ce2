import { setTimeout as sleep } from 'node:timers/promises';
import { holderText, isOfThisPlace, lockHolder, VigilError } from '../../core/index.ts';
import { loopLockFile } from '../../history/index.ts';

/** What asking a loop to end came to. */
export interface StoppedLoop {
  /** `process 12, since …`. */
  loop: string;
  hasEnded: boolean;
  tookMs: number;
}

const pollMs = 100;

/** Asks the loop that watches from a folder to end, and waits for that; `undefined` where none does. @throws HARNESS */
export async function stopLoop(reports: string, waitMs: number): Promise<StoppedLoop | undefined> {
  const file = loopLockFile(reports);
  const holder = lockHolder(file);
  if (!holder) return undefined;
  const loop = holderText(holder);
  const { pid } = holder;
  if (pid === undefined || !isOfThisPlace(holder)) {
    throw new VigilError('HARNESS', `the loop that watches here can’t be asked from here: ${loop}`, {
      where: file,
      hint: 'run vigil stop where it runs',
    });
  }
  const began = performance.now();
  const tookMs = () => Math.round(performance.now() - began);
  process.kill(pid, 'SIGTERM');
  while (lockHolder(file)?.pid === pid) {
    if (tookMs() > waitMs) return { loop, hasEnded: false, tookMs: tookMs() };
    await sleep(pollMs);
  }
  return { loop, hasEnded: true, tookMs: tookMs() };
}
