import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { httpServer } from '../clients/servers.ts';
import type { Ended } from '../support/collected.ts';
import { emptyFolder, startVigil } from './vigil.ts';

const shared = { interval: '1s', timeout: '900ms', sampleInterval: '1s' };

/** A configuration of one deployment that looks at a page by a check of this name. */
const watching = (url: string, id: string, more: object = {}) =>
  JSON.stringify({
    ...shared,
    services: { api: { url } },
    probes: [{ id, service: 'api', type: 'http', url: '/' }],
    ...more,
  });

/** A loop in a process of its own; `saw` waits until it says something that it had not said when it was waited for last. */
function startLoop(cwd: string, ...args: string[]) {
  const { child, ended } = startVigil(['monitor', '--loop', '--port', '0', ...args], { cwd });
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  let seen = 0;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const saw = async (what: RegExp) => {
    for (const untilMs = Date.now() + 60_000; ; await sleep(50)) {
      const found = what.exec(log.slice(seen));
      if (found) {
        seen += found.index + found[0].length;
        return found;
      }
      if (child.exitCode !== null || Date.now() > untilMs)
        throw new Error(`${what} was not said; exit code ${child.exitCode}:\n${log}`);
    }
  };
  return { child, ended, saw };
}

/** Told to end it says its verdict, which so short a watch need not reach. */
const expectEnded = async (ended: Promise<Ended>) => expect([0, 2]).toContain((await ended).code);

/** What the loop that serves this has to say of itself. */
async function warningsOf([, url]: RegExpExecArray): Promise<string[]> {
  const { warnings } = (await (await fetch(`${url}/api/status`)).json()) as { warnings: string[] };
  return warnings;
}

const page = () => httpServer((_request, response) => response.end('ok'));

test('SIGHUP ends no loop of one deployment: it restarts by another configuration, and goes on without one', async () => {
  const url = await page();
  const cwd = emptyFolder({ 'vigil.config.json': watching(url, 'front') });
  const write = (text: string) => writeFileSync(path.join(cwd, 'vigil.config.json'), text);
  const { child, ended, saw } = startLoop(cwd, '--duration', '1h');
  const serving = await saw(/Serving (\S+); a cycle every 1s for 1h\n/);
  await saw(/PASS {2}1 of 1 checks/);

  child.kill('SIGHUP');
  await saw(/the configuration was read again: nothing has changed/);
  await saw(/PASS {2}1 of 1 checks/);

  write(watching('nonsense', 'front'));
  child.kill('SIGHUP');
  await saw(/not read again, the loop continues as before: .*services\.api\.url/);
  expect(await warningsOf(serving)).toContainEqual(
    expect.stringMatching(/not read again.*services\.api\.url/),
  );
  await saw(/PASS {2}1 of 1 checks/);

  write(watching(url, 'front', { services: { api: { url: await page() } }, interval: '2s' }));
  child.kill('SIGHUP');
  await saw(/the configuration was read again: the loop restarts by it/);
  await saw(/Serving \S+; a cycle every 2s for 59m /);
  await saw(/PASS {2}1 of 1 checks/);

  child.kill('SIGTERM');
  await expectEnded(ended);
});

test('a configuration by which no watch begins is given up for that of before', async () => {
  const url = await page();
  const other = emptyFolder({ 'vigil.config.json': watching(url, 'front') });
  const held = startLoop(other);
  await held.saw(/PASS/);
  const cwd = emptyFolder({ 'vigil.config.json': watching(url, 'front') });
  const { child, ended, saw } = startLoop(cwd);
  await saw(/PASS/);
  writeFileSync(
    path.join(cwd, 'vigil.config.json'),
    watching(url, 'front', { reports: path.join(other, 'reports') }),
  );
  child.kill('SIGHUP');
  await saw(/not read again, the loop continues as before: another vigil monitor watches here/);
  const serving = await saw(/Serving (\S+);/);
  await saw(/PASS/);
  expect(await warningsOf(serving)).toContainEqual(
    expect.stringMatching(/another vigil monitor watches here/),
  );
  child.kill('SIGTERM');
  await expectEnded(ended);
  held.child.kill('SIGTERM');
  await held.ended;
});
