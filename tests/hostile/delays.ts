import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The environment of a loop that writes to a file for how long its event loop stood. */
export const writingDelays = (file: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${fileURLToPath(new URL('./loop-delay.mjs', import.meta.url))}`,
  DELAY_FILE: file,
});

/** The longest that it stood since a time: by the clock, and by what it used of the processor itself. */
export function longestStand(file: string, sinceMs: number): { clockMs: number; usedMs: number } {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as { atMs: number; clockMs: number; usedMs: number })
    .filter(({ atMs }) => atMs > sinceMs);
  const longest = (of: 'clockMs' | 'usedMs') => Math.round(Math.max(0, ...lines.map((line) => line[of])));
  return { clockMs: longest('clockMs'), usedMs: longest('usedMs') };
}
