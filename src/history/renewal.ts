import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inThread } from '../core/index.ts';

/** What the thread is asked to do. */
export type Task =
  | { what: 'look'; file: string; isOpenHere: boolean }
  | { what: 'salvage'; aside: string; making: string; nowMs: number };

/** What it found. */
export interface RenewalAnswer {
  /** What is wrong with the database; `undefined` when it is sound. */
  damage?: string | undefined;
  /** How long the look took, its thread not counted. */
  tookMs?: number | undefined;
  /** What was taken over, in a sentence. */
  said?: string | undefined;
  /** Why it could not be done. */
  failed?: string | undefined;
  warnings: string[];
}

const thread = new URL(`./renewal-thread${path.extname(import.meta.url)}`, import.meta.url);

/** Looks at all of a database file, as `damageOf`; a look that fails finds nothing. */
export const lookAtWhole = (file: string, isOpenHere: boolean): Promise<RenewalAnswer> =>
  inThread<RenewalAnswer>(thread, { what: 'look', file, isOpenHere });

/** Makes a new database of what can still be read of the one that was set aside, and puts it in its place when it is whole. */
export async function makeAnew(aside: string, file: string, nowMs: number): Promise<RenewalAnswer> {
  const making = `${file}.${process.pid}.new`;
  const remove = () => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(making + suffix, { force: true });
  };
  remove();
  try {
    const found = await inThread<RenewalAnswer>(thread, { what: 'salvage', aside, making, nowMs });
    if (found.failed === undefined) renameSync(making, file);
    return found;
  } finally {
    remove();
  }
}
