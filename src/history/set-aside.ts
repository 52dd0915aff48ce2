import { existsSync, renameSync } from 'node:fs';

/** What SQLite keeps beside a database. */
const companions = ['-wal', '-shm'];

/** A free name for a file that is set aside; it says when. */
export function asideName(file: string, now: Date): string {
  const name = `${file}.corrupt-${now.toISOString().replaceAll(':', '-')}`;
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!['', ...companions].some((suffix) => existsSync(candidate + suffix))) return candidate;
  }
}

/** Moves a database away with its companions, still openable under the new name, which is returned. */
export function setAside(file: string, now: Date): string {
  const aside = asideName(file, now);
  // The database goes last: a new one that met an old log beside it would delete that log.
  for (const suffix of [...companions, '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  return aside;
}
