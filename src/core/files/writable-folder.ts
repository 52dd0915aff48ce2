import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf, VigilError } from '../errors.ts';

/** Makes the folder and a file in it, which is taken away again. @throws CONFIG_INVALID, in one sentence */
function requireWritable(name: string, folder: string, advice: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const probe = mkdtempSync(path.join(folder, '.vigil-probe-'));
    try {
      writeFileSync(path.join(probe, 'line'), 'a line to see whether the disk takes it\n');
    } finally {
      rmSync(probe, { recursive: true, force: true });
    }
  } catch (cause) {
    // Without the call and the path of the probe, which say nothing more: `EROFS: read-only file system`.
    const [why] = messageOf(cause).split(',');
    const isFull = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '');
    throw new VigilError(
      'CONFIG_INVALID',
      `the ${name} ${folder} can’t be written (${why}): ${isFull ? 'free space there, or ' : ''}${advice}`,
    );
  }
}

/** What records needs its folder before it begins. @throws CONFIG_INVALID, in one sentence */
export function requireReports(folder: string): void {
  requireWritable('reports folder', folder, 'name another with --reports');
}

/** Runs and the reference target keep files there. @throws CONFIG_INVALID, in one sentence */
export function requireTemporaryFolder(): void {
  requireWritable('temporary folder', tmpdir(), 'set TMPDIR to a folder that can');
}
