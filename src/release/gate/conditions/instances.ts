import { scaledBy } from '../../../alerts/index.ts';
import { timesText } from '../../../core/index.ts';
import { type Found, fail, firstOf, isoTime, type Known, pass, type Subject } from '../condition.ts';
import type { RestartEvidence } from '../instance-evidence.ts';
import type { DownInstance } from '../old-instances.ts';
import { firstStageOf, soakOf } from '../plan.ts';

/** Once is what happens to an instance that is moved. */
const mostRestarts = 1;

/** For how long an instance must run to show that it does not start anew any more: twice as long as it did. */
const quietMs = ({ restarts, sinceMs, lastMs = sinceMs }: RestartEvidence): number =>
  (2 * (lastMs - sinceMs)) / Math.max(1, restarts);

/** No instance of the release starts anew again and again, nor all of them once. */
export function restarts(seen: readonly RestartEvidence[], { atMs, plan, to }: Subject): Found {
  const soakMs = soakOf(plan, to);
  const isRecent = (one: RestartEvidence) =>
    one.lastMs !== undefined && atMs - one.lastMs < Math.max(soakMs, quietMs(one));
  const repeated = seen.filter((one) => one.restarts > mostRestarts && isRecent(one));
  const restarted = seen.filter(({ restarts: count, lastMs = 0 }) => count >= 1 && atMs - lastMs < soakMs);
  const isAll = seen.length > 1 && restarted.length === seen.length;
  const found = repeated.length > 0 ? repeated : isAll ? restarted : [];
  if (found.length === 0) {
    const most = Math.max(0, ...seen.map((one) => one.restarts));
    return pass(most === 0 ? 'none since the deployment' : 'none that comes again');
  }
  const restarts = found
    .toSorted((a, b) => b.restarts - a.restarts)
    .map((one) => `${one.name} restarted ${timesText(one.restarts)}, last at ${isoTime(one.lastMs ?? atMs)}`);
  const needMs = (one: RestartEvidence) => Math.max(soakMs, repeated.includes(one) ? quietMs(one) : 0);
  return fail(`since the deployment ${firstOf(restarts, 3)}`, {
    cause: restarts[0] ?? '',
    next: 'read why its process ended: its last lines, its exit code, its memory',
    askAgainAtMs: Math.max(...found.map((one) => (one.lastMs ?? atMs) + needMs(one))),
  });
}

/**
 * The instances of other releases that a service lost because its users left them, as an old pool is scaled down: they are
 * down for as long as an alert takes and have not come back, everything else answers, and they are no more of their kind
 * than the release has of the traffic. Where instances came to the release one by one since the first stage, one that is
 * down may be one on which the release does not start, so none is taken away.
 */
export function takenAway(service: string, known: Known): readonly DownInstance[] {
  const { signals, recorded, standing, table, naming, atMs } = known;
  const old = signals.old?.find((one) => one.service === service);
  if (!old || !standing || !old.isRestUp) return [];
  const firstStageMs = firstStageOf(recorded.taken);
  if (firstStageMs === undefined || (old.replacedMs ?? 0) > firstStageMs) return [];
  if (old.down.length / old.count > standing.percent / 100) return [];
  const forMs = scaledBy(naming, (table.uptime.critical?.forSeconds ?? 0) * 1000);
  const isGone = ({ cameBack, sinceMs }: DownInstance) => !cameBack && atMs - sinceMs >= forMs;
  return old.down.every(isGone) ? old.down : [];
}

/** `not counted: 1 of v1, down since 2026-11-30T02:17:22Z (10.0.0.1:80)`; empty where there are none. */
export function takenAwayText(gone: readonly DownInstance[]): string {
  if (gone.length === 0) return '';
  const releases = [...new Set(gone.map(({ release }) => release))].join(' and ');
  const since = isoTime(Math.min(...gone.map(({ sinceMs }) => sinceMs)));
  return `not counted: ${gone.length} of ${releases}, down since ${since} (${firstOf(gone.map(({ instance }) => instance))})`;
}
