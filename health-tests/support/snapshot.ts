import { isDeepStrictEqual } from 'node:util';
import { messageOf, shownUrl } from '../../src/core/index.ts';
import { proveRow } from '../../src/history/index.ts';
import type { RunContext } from '../../src/suite/index.ts';

/** A loop that samples seldom is no dead one. */
const shortestMs = 120_000;

/** Keeps a health snapshot as cycles are kept, reads it back, and says what of it didn't work. */
export function snapshotFaults({ reports, cycleId, target, intervalMs }: RunContext): {
  bytes: number;
  faults: string[];
} {
  const now = new Date();
  const written = {
    timestamp: now.toISOString(),
    cycle: cycleId,
    target: shownUrl(target.orchestration),
  };
  try {
    const read = proveRow(reports, written, now, Math.max(2 * intervalMs, shortestMs));
    const isSame = isDeepStrictEqual(read, written);
    return {
      bytes: Buffer.byteLength(JSON.stringify(read)),
      faults: isSame ? [] : [`${reports}: a row of the history reads back otherwise`],
    };
  } catch (thrown) {
    return { bytes: 0, faults: [`${reports}: ${messageOf(thrown)}`] };
  }
}
