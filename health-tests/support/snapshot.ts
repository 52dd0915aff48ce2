import { readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf, shownUrl, writeAtomically } from '../../src/core/index.ts';
import type { RunContext } from '../../src/suite/index.ts';

/** Writes a health snapshot as the recorder does, reads it back, and says what of it didn't work. */
export function snapshotFaults({ reports, cycleId, target }: RunContext): {
  bytes: number;
  faults: string[];
} {
  const file = path.join(reports, 'health_snapshot.json');
  const written = `${JSON.stringify({ timestamp: new Date().toISOString(), cycle: cycleId, target: shownUrl(target.orchestration) })}\n`;
  try {
    writeAtomically(file, written);
    const read = readFileSync(file, 'utf8');
    return {
      bytes: Buffer.byteLength(read),
      faults: read === written ? [] : [`${file} reads back otherwise`],
    };
  } catch (thrown) {
    return { bytes: 0, faults: [`${file}: ${messageOf(thrown)}`] };
  }
}
