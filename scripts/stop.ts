import { formatDuration, loadDeployments, lockHolder, runEnvironment } from '../src/core/index.ts';
import { askRecorded, loopLockFile } from '../src/history/index.ts';
import { stopLoop } from '../src/monitor/index.ts';
import { exitCodes } from './exit-codes.ts';
import { configured, durationOf, type SharedOptions } from './values.ts';

interface StopOptions extends SharedOptions {
  wait: string;
}

/** What the last cycle of a history came to. */
function lastCycle(reports: string): string {
  const last = askRecorded(reports, (reader) => reader.snapshots(0, 1).at(-1));
  if (!last) return 'no cycle is recorded';
  const failing = last.failing.length === 0 ? '' : `, failing: ${last.failing.join(', ')}`;
  return `the last cycle, of ${last.timestamp}: ${last.verdict}${failing}`;
}

/** Where the loop watches from; of several deployments in one process, wherever it watches from. */
async function reportsOfLoop(args: StopOptions): Promise<string> {
  const isNamed = (args.deployment ?? runEnvironment().deployment ?? args.reports) !== undefined;
  const several = isNamed ? undefined : await loadDeployments(process.cwd(), args.config);
  const folders = several?.deployments.flatMap(({ loaded }) => loaded?.config.reports ?? []) ?? [];
  const watched = folders.find((folder) => lockHolder(loopLockFile(folder))) ?? folders[0];
  return watched ?? (await configured(args)).config.reports;
}

/** `vigil stop`: asks the loop of this folder to end, waits for that, and says how it ended. */
export async function runStop(args: StopOptions): Promise<void> {
  const reports = await reportsOfLoop(args);
  const stopped = await stopLoop(reports, durationOf('--wait', args.wait));
  if (!stopped) {
    process.stdout.write(`No loop watches from ${reports}.\n`);
    return;
  }
  const { loop, hasEnded, tookMs } = stopped;
  if (!hasEnded) {
    process.stderr.write(`The loop (${loop}) still runs ${args.wait} after it was asked to end.\n`);
    process.exitCode = exitCodes.inconclusive;
    return;
  }
  const took = formatDuration(Math.ceil(tookMs / 1000) * 1000);
  process.stdout.write(`The loop (${loop}) has ended within ${took}; ${lastCycle(reports)}.\n`);
}
