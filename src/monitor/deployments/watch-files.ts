import { readdirSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { clearInterval, setInterval } from 'node:timers';

const everyMs = 2000;

const signOf = ({ ino, size, mtimeMs }: Stats): string => `${ino} ${size} ${mtimeMs}`;

/** What tells one state of a file, or of all files in a folder, from the next; links are followed, as a mounted ConfigMap needs it. */
function stateOf(place: string): string {
  try {
    const found = statSync(place);
    if (!found.isDirectory()) return signOf(found);
    return readdirSync(place)
      .map((name) => `${name} ${signOf(statSync(path.join(place, name)))}`)
      .join('\n');
  } catch {
    // Between two versions there may be none for a moment.
    return '';
  }
}

/** Calls back when one of these files, or a file in one of these folders, has changed; returns how to end that. */
export function watchFiles(places: readonly string[], onChange: () => void): () => void {
  const look = () => places.map(stateOf).join('\n\n');
  let seen = look();
  const timer = setInterval(() => {
    const now = look();
    if (now === seen) return;
    seen = now;
    onChange();
  }, everyMs);
  return () => clearInterval(timer);
}
