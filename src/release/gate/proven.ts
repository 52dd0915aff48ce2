import type { JournalReader, RowReader } from '../../history/index.ts';
import { rollbackRuns } from '../rollback/runs/run.ts';
import { isoTime } from './condition.ts';
import { soakOf } from './plan.ts';
import type { GateSetup } from './setup.ts';

/** When this release had all of the traffic before, for as long as the last stage soaks, and was not taken back; else `undefined`. */
function provenSince(
  reader: JournalReader & RowReader,
  { plan }: Pick<GateSetup, 'plan'>,
  release: string,
  atMs: number,
): number | undefined {
  const deployments = reader.deployments(0, atMs);
  const last = plan.at(-1)?.percent ?? 100;
  const soakMs = soakOf(plan, last);
  for (const [index, deployment] of deployments.slice(0, -1).entries()) {
    if (deployment.release !== release) continue;
    const endMs = deployments[index + 1]?.timeMs ?? atMs;
    const whole = reader.takenStages(deployment.timeMs).find(({ percent }) => percent === last);
    if (!whole || endMs - whole.takenMs < soakMs) continue;
    const runs = rollbackRuns(reader, deployment.timeMs, endMs);
    if (runs.every(({ startedMs }) => startedMs < deployment.timeMs)) return whole.takenMs;
  }
  return undefined;
}

/** The gate for the newest deployment: by the shorter plan where that release is proven and such a plan is configured. */
export function setupForRelease<Setup extends Pick<GateSetup, 'plan' | 'provenPlan' | 'proven'>>(
  reader: JournalReader & RowReader,
  setup: Setup,
  atMs: number,
): Setup {
  const release = reader.deployments(0, atMs).at(-1)?.release;
  if (!setup.provenPlan || release === undefined) return setup;
  const sinceMs = provenSince(reader, setup, release, atMs);
  if (sinceMs === undefined) return setup;
  const proven = `the plan of a proven release: ${release} had all of the traffic from ${isoTime(sinceMs)} on`;
  return { ...setup, plan: setup.provenPlan, proven };
}
