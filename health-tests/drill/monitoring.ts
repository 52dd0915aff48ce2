import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flagFileText } from '../../fixtures/genesis/orchestrator/flags.ts';
import { holdSilentLoop, recordPast, recordStage } from '../../fixtures/range/evidence.ts';
import { mountFullDisk } from '../../fixtures/range/full-disk.ts';
import type { GenesisRange } from '../../fixtures/range/open-range.ts';
import { type Scenario, says, unmet } from '../../src/drill/index.ts';
import { declared, enough } from './declared.ts';
import { onTarget } from './on-target.ts';

const groups = ['monitoring'];
interface Fault extends Pick<Scenario, 'name' | 'description'> {
  /** The one check that must fail, and what it shows then. */
  check: string;
  shows: Scenario['intended'][number]['shows'];
  fault(range: GenesisRange): Promise<void>;
}

/** A fault that one check of the group must see. */
const seenBy = ({ check, shows, fault, ...named }: Fault): Scenario => ({
  ...named,
  groups,
  intended: [{ check, shows }],
  open: () => declared(fault),
});

/** Three of 32 checks came to this in every cycle of the last five minutes. */
const pastOf = (name: string, what: string, past: Parameters<typeof recordPast>[1]): Scenario => ({
  name,
  description: `three checks ${what} of the last five minutes`,
  groups: ['monitoring', 'rollback'],
  intended: ['C05', 'R02'].map((check) => ({
    check,
    shows: unmet('pass rate', (rate) => Math.abs(rate - 29 / 32) < 0.001),
  })),
  open: () => declared(async (range) => recordPast(range, past)),
});

const reportsReadOnly = seenBy({
  name: 'reports-read-only',
  description: 'the reports folder can’t be written',
  check: 'C04',
  shows: says(/ENOTDIR|EROFS|EACCES/),
  async fault(range) {
    // A file in the folder's place refuses every user, root included.
    const inTheWay = path.join(range.folder, 'no-folder');
    writeFileSync(inTheWay, '');
    range.config.reports = path.join(inTheWay, 'reports');
  },
});

const failingHistory = pastOf('failing-history', 'failed in every cycle', { failed: 3 });
const unknownHistory = pastOf('unknown-history', 'could not judge in any cycle', { unknown: 3 });

const reportsFull: Scenario = {
  name: 'reports-full',
  description: 'no byte is left under reports/',
  groups,
  intended: [{ check: 'C04', shows: says(/full|ENOSPC/i) }],
  // What reads the history finds none that it can read.
  collateral: ['C05', 'C06', 'C07', 'C08', 'C11'],
  async open() {
    const range = await declared(async () => {});
    const folder = path.join(range.folder, 'full');
    mkdirSync(folder);
    const disk = mountFullDisk(folder);
    if ('impossible' in disk) {
      await range.close();
      return disk;
    }
    range.alsoClose(async () => disk.unmount());
    range.config.reports = folder;
    return range;
  },
};

const flagStage = seenBy({
  name: 'flag-stage',
  description: 'the flag is at 100 % while the gate has let the release have 25 %',
  check: 'C08',
  shows: unmet('declared percentage', (share) => share === 1),
  async fault(range) {
    writeFileSync(range.genesis.flagFile, flagFileText(100));
    recordStage(range, 25);
    await sleep(500); // the file is looked at every tenth of a second
  },
});

const crashLoop = seenBy({
  name: 'crash-loop',
  description: 'the process was another one in every cycle',
  check: 'C11',
  shows: unmet('restarts in 2h', (restarts) => restarts === 3),
  fault: async (range) => recordPast(range, { isRestarted: true }),
});

const silentLoop = seenBy({
  name: 'loop-silent',
  description: 'a loop runs and has written nothing for twenty minutes',
  check: 'C04',
  shows: says(/has written no row for/),
  fault: async (range) => holdSilentLoop(range, 1200),
});

/** Faults that the monitoring group must see. */
export const monitoringScenarios: readonly Scenario[] = [
  reportsReadOnly,
  reportsFull,
  silentLoop,
  failingHistory,
  unknownHistory,
  onTarget('errors', {
    name: 'errors (0.5 %)',
    description: 'one operation in two hundred fails',
    parameters: { ratio: 0.005 },
    groups,
    after: enough,
    intended: [{ check: 'C06', shows: unmet('live error ratio', (ratio) => ratio > 0.003 && ratio < 0.007) }],
  }),
  onTarget('flag-share', {
    description: 'a flag declared for 25 % is served to 60 %',
    parameters: { percent: 60 },
    groups,
    before: enough,
    intended: [{ check: 'C08', shows: says(/declared 25 %, observed (5[4-9]|6[0-6])/) }],
  }),
  onTarget('flag-share', {
    name: 'flag-share (a third)',
    description: 'a flag declared for 25 % is served to 33 %',
    parameters: { percent: 33 },
    groups,
    before: enough,
    intended: [{ check: 'C08', shows: says(/declared 25 %, observed 3[0-6]/) }],
  }),
  flagStage,
  onTarget('breaker-stuck', {
    description: 'the circuit breaker never opens',
    groups,
    before: enough,
    intended: [{ check: 'C09', shows: says(/a call while open: expected 503/) }],
  }),
  onTarget('breaker-slow', {
    description: 'an open circuit breaker answers only after 300 ms',
    groups,
    before: enough,
    intended: [{ check: 'C09', shows: unmet('open breaker answers', (seconds) => seconds > 0.25) }],
  }),
  onTarget('throttle', {
    description: 'no more than 5 operations a second get through',
    groups,
    before: enough,
    intended: [{ check: 'C10', shows: unmet('throughput', (rate) => rate > 2 && rate < 8) }],
    collateral: ['C07', 'C11'],
  }),
  onTarget('leak', {
    description: 'every operation leaks 1 MiB',
    groups,
    before: enough,
    intended: [
      { check: 'C11', shows: unmet('memory growth of orchestration', (bytes) => bytes > 512 * 1024) },
    ],
  }),
  onTarget('planner-leak', {
    description: 'the planner leaks 1 MiB with every decomposition',
    groups,
    before: enough,
    intended: [{ check: 'C11', shows: unmet('memory growth of planner', (bytes) => bytes > 512 * 1024) }],
  }),
  crashLoop,
  onTarget('log-bloat', {
    description: 'a log has grown to 101 MB and more',
    groups,
    before: enough,
    intended: [{ check: 'C12', shows: unmet('largest log', (bytes) => bytes > 100 * 1024 ** 2) }],
  }),
];
