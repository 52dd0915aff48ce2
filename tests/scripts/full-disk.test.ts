// @module-tag root

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { httpServer } from '../clients/servers.ts';
import { fillDisk, smallDisk } from '../support/small-disk.ts';
import { emptyFolder, vigil } from './vigil.ts';

const green = 'cp green.xml "$1"\n';

/** A folder whose reports are on a small disk of their own, with a green cycle and a deployment in its history. */
async function watched() {
  const url = await httpServer((_request, response) => response.end('ok'));
  const suite = { command: ['sh', 'suite.sh', '{junit}'] };
  const cwd = emptyFolder({
    'vigil.config.json': JSON.stringify({ services: { api: { url } }, suite }),
    'suite.sh': green,
    'green.xml':
      '<testsuites><testsuite name="s"><testcase classname="s" name="one"/></testsuite></testsuites>',
  });
  const reports = smallDisk(path.join(cwd, 'reports'), 4096);
  expect(await vigil(['monitor'], { cwd })).toMatchObject({ code: 0 });
  expect(await vigil(['gate', '--deployed', 'v2'], { cwd })).toMatchObject({ code: 0 });
  return { cwd, reports };
}

test('a full disk is said in one sentence with its folder and what to do, and what records exits 64', async () => {
  const { cwd, reports } = await watched();
  const filler = fillDisk(reports);
  for (const args of [
    ['gate', '--to', '25'],
    ['gate', '--deployed', 'v3'],
    ['alerts'],
    ['report'],
    ['monitor'],
  ]) {
    const { code, stdout, stderr } = await vigil(args, { cwd });
    expect([args, code, stdout]).toEqual([args, 64, '']);
    expect(stderr.trim().split('\n'), stderr).toHaveLength(1);
    expect(stderr).toContain(reports);
    expect(stderr).toMatch(/full|no space/);
    expect(stderr).toMatch(/free space there, or name another/);
  }
  rmSync(filler);
  expect((await vigil(['gate', '--to', '25'], { cwd })).code).not.toBe(64);
});

test('a single cycle on whose disk there is no room left when it ends shows what it saw and is inconclusive', async () => {
  const { cwd, reports } = await watched();
  writeFileSync(path.join(cwd, 'suite.sh'), `${green}cat /dev/zero > reports/filler 2>/dev/null\ntrue\n`);
  const { code, stdout } = await vigil(['monitor'], { cwd });
  expect(code).toBe(2);
  expect(stdout).toMatch(/^INCONCLUSIVE {2}1 passed/m);
  expect(stdout).toContain(`the cycle could not be recorded: the disk that holds ${reports} is full`);
});
