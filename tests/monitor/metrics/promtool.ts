import { spawnSync } from 'node:child_process';

/** What promtool has to say about a text; it exits with 3 when it has anything to say. */
export function promtool(text: string): string[] {
  const { error, status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  if (error)
    throw new Error('promtool is needed; npm run test:all installs it', {
      cause: error,
    });
  const lines = stderr.split('\n').filter(Boolean);
  if (status !== 0 && status !== 3) throw new Error(`promtool: ${stderr}`);
  return lines;
}
