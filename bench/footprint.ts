import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { benchService, benchSuites } from './support/bench-suite.ts';
import { endChild } from './support/end-child.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const cycles = Number(process.argv[2] ?? 3);
const intervalSeconds = 120;
/** A cycle with its start has ended after so long. */
const settleSeconds = 30;

const statOf = (pid: number | string): string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];

/** A process and all that it started, so that nothing can hide in a helper. */
function treeOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [{ pid: Number(name), parent: Number(statOf(name)[1]) }];
      } catch {
        return []; // it has just ended
      }
    });
  const below = (of: number): number[] => [
    of,
    ...parents.filter(({ parent }) => parent === of).flatMap((one) => below(one.pid)),
  ];
  return below(pid);
}

/** What a process tree holds in megabytes, and the processor seconds that the process itself has used. */
function used(pid: number) {
  const tree = treeOf(pid);
  const megabytes = (file: string, name: string) =>
    tree
      .map((one) =>
        Number(
          new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${one}/${file}`, 'utf8'))?.[1],
        ),
      )
      .reduce((sum, kilobytes) => sum + kilobytes * 1.024e-3, 0);
  const [user = 0, system = 0] = statOf(pid).slice(11, 13).map(Number);
  return {
    processes: tree.length,
    resident: megabytes('status', 'VmRSS'),
    own: megabytes('status', 'RssAnon'),
    ofFiles: megabytes('status', 'RssFile'),
    proportional: megabytes('smaps_rollup', 'Pss'),
    seconds: (user + system) / 100,
  };
}

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
execFileSync(process.execPath, [path.join(repository, 'tools/build-package.ts')], { stdio: 'inherit' });
const service = await benchService();
const suites = benchSuites(service.url);
writeFileSync(
  path.join(folder, 'vigil.config.mjs'),
  `export default { target: { url: '${service.url}' }, suite: { root: '${suites.vitest}' } };`,
);

function startLoop(bin: string): ChildProcess {
  const reports = mkdtempSync(path.join(folder, 'reports-'));
  const args = [
    'monitor',
    '--loop',
    '--interval',
    `${intervalSeconds}s`,
    '--port',
    '0',
    '--reports',
    reports,
  ];
  return spawn(process.execPath, [path.join(repository, bin), ...args], { cwd: folder, stdio: 'ignore' });
}

// Types are stripped once after a change, and what that takes stays with the process that does it.
const first = startLoop('bin/vigil.js');
await sleep(15_000);
await endChild(first);

const contestants: Record<string, ChildProcess> = {
  '`node -e` with a timer, bare': spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']),
  'the loop as it is installed, JavaScript': startLoop('dist/bin/vigil.js'),
  'the loop in the repository, TypeScript': startLoop('bin/vigil.js'),
};
const look = () => Object.values(contestants).map(({ pid = 0 }) => used(pid));
try {
  await sleep(((cycles - 1) * intervalSeconds + settleSeconds) * 1000);
  const before = look();
  const idleSeconds = intervalSeconds - settleSeconds - 10; // ends before the next cycle
  await sleep(idleSeconds * 1000);
  const rows = look().map((after, index) => {
    const share = (after.seconds - (before[index]?.seconds ?? Number.NaN)) / idleSeconds;
    const cells = [after.resident, after.own, after.ofFiles, after.proportional].map(
      (mb) => `${mb.toFixed(1)} MB`,
    );
    return `| ${Object.keys(contestants)[index]} | ${cells.join(' | ')} | ${after.processes} | ${(share * 100).toFixed(2)} % |`;
  });
  process.stdout.write(
    `Between two cycles, after ${cycles}; a scrape and the rules every 15 s, over ${idleSeconds} s. Processes that a loop started count.\n\n${[
      '| | resident | its own | pages of files | shared pages by share | processes | of a core |',
      '|---|--:|--:|--:|--:|--:|--:|',
      ...rows,
    ].join('\n')}\n`,
  );
} finally {
  await Promise.all(Object.values(contestants).map(endChild));
  service.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(path.dirname(suites.vitest), { recursive: true, force: true });
}
