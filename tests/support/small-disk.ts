import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** Mounts a disk of its own there, until the test ends; needs the right to mount. */
export function smallDisk(mountPoint: string, kibibytes: number): string {
  mkdirSync(mountPoint, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'vigil-test', mountPoint], {
      stdio: 'pipe',
    });
  } catch (thrown) {
    throw new Error('this test mounts a small tmpfs and needs root to do so', { cause: thrown });
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', mountPoint]));
  return mountPoint;
}

/** Writes a file into a folder until its disk takes nothing more. */
export function fillDisk(folder: string): string {
  const filler = path.join(folder, 'filler');
  for (const bytes of [64 * 1024, 4096, 1]) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
    }
  }
  return filler;
}
