// Ends the service that runs and starts the one that lies there: PID-FILE HEALTH-URL PROGRAM [ARGUMENTS].
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [pidFile, url, program, ...args] = process.argv.slice(2);
const answers = async () => (await fetch(url).catch(() => undefined))?.ok === true;

if (existsSync(pidFile)) {
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
  rmSync(pidFile);
  while (await answers()) await sleep(20);
}
if (program) {
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  writeFileSync(pidFile, String(child.pid));
  child.unref();
  for (let tries = 0; tries < 500 && !(await answers()); tries += 1) await sleep(20);
  process.exit((await answers()) ? 0 : 1);
}
