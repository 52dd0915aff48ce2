import { expect, test } from 'vitest';
import { emptyFolder, vigilProcess } from '../scripts/vigil.ts';

test.each<[string, string, number]>([
  ['while it is read', 'process.exit(0)', 70],
  [
    'after the verdict',
    'setInterval(() => process.exitCode === 2 && process.exit(0), 20); export default {}',
    2,
  ],
])('a configuration that ends the process with 0 %s opens no gate', async (_, config, code) => {
  const cwd = emptyFolder({ 'vigil.config.mjs': config });
  const ended = await vigilProcess(['gate', '--to', '25'], { cwd });
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(`Vigil exits with ${code}`);
});
