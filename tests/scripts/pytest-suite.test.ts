import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { watchedFolder } from './cycles-of.ts';

const source = fileURLToPath(new URL('../../fixtures/suites/pytest-subtests', import.meta.url));

const program = 'pytest';
/** Subtests are pytest's own since 9. */
const version = Number(
  /pytest (\d+)/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1],
);

test.skipIf(!(version >= 9))(
  'a suite of pytest with subtests passes, its break is named, and a case that is gone is missed',
  async () => {
    const command = [program, '-q', '-p', 'no:cacheprovider', '--junitxml={junit}'];
    const { cwd, cycle } = await watchedFolder({ command });
    cpSync(source, cwd, { recursive: true });
    const file = path.join(cwd, 'test_shop.py');
    const whole = readFileSync(file, 'utf8');
    const healthy = await cycle('');
    expect([healthy.code, healthy.problems, healthy.checks]).toEqual([
      0,
      [],
      ['pytest › test_shop › test_every_region_answers pass', 'pytest › test_shop › test_plain pass'],
    ]);
    writeFileSync(file, whole.replace('1 + 1 == 2', '1 + 1 == 3'));
    const broken = await cycle('');
    expect(broken.code).toBe(1);
    expect(broken.reasonOf('pytest › test_shop › test_plain')).toContain('assert (1 + 1) == 3');
    writeFileSync(file, whole.slice(0, whole.indexOf('def test_plain')));
    const less = await cycle('');
    expect([less.code, less.checks[1]]).toEqual([2, 'pytest › test_shop › test_plain unknown']);
    writeFileSync(file, whole);
    expect((await cycle('')).code).toBe(0);
  },
);
