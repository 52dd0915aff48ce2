import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseExposition } from '../../src/clients/exposition/parse.ts';
import { sumOf } from '../../src/clients/exposition/query.ts';
import { quietTarget } from './target.ts';
import { emptyFolder, vigil } from './vigil.ts';

test('a shard is judged by its own checks, and covers no more of the catalogue than them', async () => {
  const config = {
    target: { orchestration: await quietTarget() },
    probe: 'south',
    suite: { args: ['--shard=5/5'] },
  };
  const cwd = emptyFolder({ 'vigil.config.json': JSON.stringify(config) });
  const ended = await vigil(['monitor', '--json'], { cwd });
  const { checks, problems, signals } = JSON.parse(ended.stdout);
  expect(checks.map(({ id }: { id: string }) => id)).toEqual(['R01', 'R02', 'R03']);
  expect(problems).toEqual([]);
  expect(signals.coverage).toBeLessThanOrEqual(3 / 36);

  const exposition = parseExposition(readFileSync(path.join(cwd, 'reports', 'metrics.prom'), 'utf8'));
  expect(sumOf(exposition, 'vigil_catalogue_checks')).toBe(36);
  const samples = exposition.families.flatMap((family) => family.samples);
  expect(samples.filter(({ labels }) => labels.probe !== 'south')).toEqual([]);

  // A person is told that this was not all.
  const text = await vigil(['monitor'], { cwd });
  expect(text.stdout).toContain('of the 36 checks');
});
