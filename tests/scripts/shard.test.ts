import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../../health-tests/catalogue.ts';
import { parseExposition } from '../../src/clients/exposition/parse.ts';
import { sumOf } from '../../src/clients/exposition/query.ts';
import { checksOfShard } from '../../src/core/catalogue/shard.ts';
import { quietTarget } from './target.ts';
import { emptyFolder, vigil } from './vigil.ts';

test('a shard is judged by its own checks, and covers no more of the catalogue than them', async () => {
  const config = {
    target: { orchestration: await quietTarget() },
    probe: 'south',
    suite: { args: ['--shard=5/5'] },
  };
  const owed = checksOfShard(catalogue, { index: 5, count: 5 }).map(({ id }) => id);
  const cwd = emptyFolder({ 'vigil.config.json': JSON.stringify(config) });
  const ended = await vigil(['monitor', '--json'], { cwd });
  const { checks, problems, signals } = JSON.parse(ended.stdout);
  expect(checks.map(({ id }: { id: string }) => id)).toEqual(owed);
  expect(problems).toEqual([]);
  expect(signals.coverage).toBeLessThanOrEqual(owed.length / 36);

  const exposition = parseExposition(readFileSync(path.join(cwd, 'reports', 'metrics.prom'), 'utf8'));
  expect(sumOf(exposition, 'vigil_catalogue_checks')).toBe(36);
  const samples = exposition.families.flatMap((family) => family.samples);
  expect(samples.filter(({ labels }) => labels.probe !== 'south')).toEqual([]);

  // A person is told that this was not all.
  const text = await vigil(['monitor'], { cwd });
  expect(text.stdout).toContain('of the 36 checks');
});

/** A suite of four cases that runs those which it is told of, and can lose one. */
const suite = `
const { writeFileSync } = require('node:fs');
const owed = (process.env.VIGIL_CHECKS ?? '').split('\\n');
const all = ['alpha', 'beta', 'gamma', 'delta'].filter((name) => owed[0] === '' || owed.includes(name));
const run = all.filter((name) => name !== process.argv[2]);
writeFileSync(process.argv[1], '<testsuite name="s" tests="' + run.length + '">' + run.map((name) => '<testcase name="' + name + '" classname="c"/>').join('') + '</testsuite>');
`;

test('a suite with a catalogue is split by it: every check runs once, one that is lost is unknown, and without a catalogue it is refused', async () => {
  const url = await quietTarget();
  const config = (more: object, lost = 'none') => ({
    services: { api: { url } },
    suite: { command: [process.execPath, '-e', suite, '{junit}', lost], catalogue: 'checks.json', ...more },
  });
  const cwd = emptyFolder({ 'whole.json': JSON.stringify(config({})) });
  let files = 0;
  const cycle = (more: object, lost?: string) => {
    // A file of its own each time: what was loaded once is not read again.
    files += 1;
    const file = `${files}.json`;
    writeFileSync(path.join(cwd, file), JSON.stringify(config(more, lost)));
    return vigil(['monitor', '--json', '--config', file], { cwd });
  };
  // Nobody knows yet what a shard would owe.
  const early = await cycle({ shard: '1/2' });
  expect([early.code, early.stderr]).toEqual([64, expect.stringContaining("can't be split")]);

  await vigil(['monitor', '--config', 'whole.json'], { cwd });
  expect((await vigil(['checks', '--write', '--config', 'whole.json'], { cwd })).code).toBe(0);
  const shards = [await cycle({ shard: '1/2' }), await cycle({ shard: '2/2' })];
  const judged = shards.map(({ stdout }) => JSON.parse(stdout));
  const idsOf = (one: { checks: { id: string }[] }) => one.checks.map(({ id }) => id);
  expect(judged.map(({ problems }) => problems)).toEqual([[], []]);
  expect(judged.flatMap(idsOf)).toHaveLength(4);
  expect(new Set(judged.flatMap(idsOf)).size).toBe(4);
  expect(judged.every((one) => idsOf(one).length > 0 && one.signals.coverage < 1)).toBe(true);

  const [first] = idsOf(judged[0]);
  const lost = JSON.parse((await cycle({ shard: '1/2' }, first?.split(' › ').at(-1))).stdout);
  expect(lost.checks.find(({ id }: { id: string }) => id === first)).toMatchObject({ outcome: 'unknown' });

  const without = await cycle({ shard: '1/2', catalogue: undefined });
  expect([without.code, without.stderr]).toEqual([64, expect.stringContaining('expected a catalogue')]);
});
