import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { collected } from '../support/collected.ts';
import { bin, emptyFolder, vigil } from './vigil.ts';

const root = path.dirname(path.dirname(bin));
const config = JSON.stringify({ probes: [{ type: 'command', id: 'well', command: ['true'] }] });

/** Runs a shell script in which `vigil` is ours, with nothing else in its environment. */
async function shell(script: string) {
  const cwd = emptyFolder({ 'vigil.config.json': config });
  const child = spawn('sh', ['-c', `vigil() { "${process.execPath}" "${bin}" "$@"; }\n${script}`], {
    cwd,
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return collected(child).ended;
}

/** A loop in the background, as a person without systemd starts it. */
const background = `
nohup "${process.execPath}" "${bin}" monitor --loop --port 0 >log 2>&1 & pid=$!
for _ in $(seq 300); do grep -q Serving log && [ -e reports/metrics_snapshot.json ] && break; sleep 0.1; done
[ -e reports/metrics_snapshot.json ] || cat log
`;

test('stop ends the loop of the folder, waits for it, and says what its last cycle came to', async () => {
  const { stdout, stderr } = await shell(`${background}
    vigil stop; echo "stop $?"
    kill -0 $pid 2>/dev/null && echo 'still there'
    wait $pid; echo "loop $?"`);
  expect(stdout, stderr).toMatch(
    /^The loop \(process \d+, since .*\) has ended within \ds; the last cycle, of .*Z: (pass|inconclusive)\.\nstop 0\n/,
  );
  expect(stdout).toMatch(/loop [02]\n$/);
});

test('the number that the shell sees is the loop’s: kill $! ends it', async () => {
  const { stdout, stderr } = await shell(`${background} kill $!; wait $!; echo "loop $?"; vigil stop`);
  expect(stdout, stderr).toMatch(/^loop [02]\nNo loop watches from .*reports\.\n$/);
});

test('a cycle runs with an empty environment, as cron gives it', async () => {
  const { code, stdout } = await shell(`env -i "${process.execPath}" "${bin}" monitor --json`);
  expect(code, stdout).toBe(0);
});

test('a loop that does not end in time is named, with exit code 2', async () => {
  const cwd = emptyFolder();
  const locks = JSON.stringify(`${root}/src/core/files/process-lock.ts`);
  const program = `
    import { takeProcessLock } from ${locks};
    process.on('SIGTERM', () => {});
    takeProcessLock('reports/vigil.lock', new Date(), { held: () => '', hint: () => '' });
    console.log('locked');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const { code, stderr } = await vigil(['stop', '--wait', '1s'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(`The loop (process ${child.pid}, since`);
  expect(stderr).toContain('still runs 1s after it was asked to end');
});

test('every npm script ends as the program that it starts', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { check, ...others } = scripts as Record<string, string>;
  expect(check).toMatch(/echo '[^']*'$/); // its last word is the shell's own
  for (const [name, script] of Object.entries(others))
    expect.soft(script.split('&&').at(-1)?.trim(), name).toMatch(/^exec /);
});
