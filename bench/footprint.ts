import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { benchService, benchSuites } from './support/bench-suite.ts';

const vigil = fileURLToPath(new URL('../bin/vigil.js', import.meta.url));
const idleSeconds = Number(process.argv[2] ?? 120);
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
const service = await benchService();
const suites = benchSuites(service.url);
writeFileSync(
  path.join(folder, 'vigil.config.mjs'),
  `export default { target: { url: '${service.url}' }, suite: { root: '${suites.vitest}' } };`,
);

/** Processor time of a process and its ended children, and what it holds of memory. */
function used(pid: number): { ownSeconds: number; allSeconds: number; residentMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? [];
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = stat.slice(11, 15);
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return {
    ownSeconds: (user + system) / 100,
    allSeconds: (user + system + childUser + childSystem) / 100,
    residentMb: (pages * 4096) / 1e6,
  };
}

const args = [
  'monitor',
  '--loop',
  '--interval',
  '1h',
  '--port',
  '0',
  '--reports',
  path.join(folder, 'reports'),
];
const loop = spawn(process.execPath, [vigil, ...args], { cwd: folder, stdio: 'ignore' });
const pid = loop.pid ?? 0;
try {
  await sleep(20_000); // its start and its first cycle
  const before = used(pid);
  await sleep(idleSeconds * 1000);
  const after = used(pid);
  const share = (after.ownSeconds - before.ownSeconds) / idleSeconds;
  process.stdout.write(
    `An idle loop that scrapes and judges every 15 s, over ${idleSeconds} s: ${after.residentMb.toFixed(0)} MB resident, ${(share * 100).toFixed(2)} % of a core.\n`,
  );
} finally {
  loop.kill('SIGTERM');
  await new Promise((resolve) => loop.once('close', resolve));
  service.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(path.dirname(suites.vitest), { recursive: true, force: true });
}
