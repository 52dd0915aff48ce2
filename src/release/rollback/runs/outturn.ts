import type { JournalReader, RowReader } from '../../../history/index.ts';
import { rollbackRuns } from './run.ts';

/**
 * What became of advice against a deployment: right when it was rolled back afterwards, wrong when it got more traffic
 * instead; until one of the two happens it is open.
 */
export type Outturn = 'right' | 'wrong' | 'open';

/** Tells what became of advice of `atMs` against the deployment of `deployedMs`, as it is known at `toMs`. */
export function outturnsAt(reader: JournalReader & RowReader, toMs: number) {
  const deployments = reader.deployments(0, toMs);
  const runs = rollbackRuns(reader, 0, toMs);
  return ({ atMs, deployedMs }: { atMs: number; deployedMs: number }): Outturn => {
    const after = deployments.find(({ timeMs }) => timeMs > deployedMs);
    const before = deployments.findLast(({ timeMs }) => timeMs < deployedMs);
    const untilMs = after?.timeMs ?? Number.POSITIVE_INFINITY;
    // By Vigil, or by hand: the release before was recorded again.
    const isBack =
      runs.some(({ startedMs }) => startedMs >= deployedMs && startedMs < untilMs) ||
      (before !== undefined && after?.release === before.release);
    if (isBack) return 'right';
    const taken = reader.takenStages(deployedMs);
    return taken.some(({ takenMs }) => takenMs > atMs && takenMs <= toMs) ? 'wrong' : 'open';
  };
}

/** How often advice was right, in words. */
export function outturnText(outturns: readonly Outturn[]): string {
  const count = (outturn: Outturn) => outturns.filter((one) => one === outturn).length;
  return `${count('right')} right, ${count('wrong')} wrong, ${count('open')} not decided yet`;
}
