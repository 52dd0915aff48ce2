import { timesText } from '../../../core/index.ts';
import { type Found, fail, firstOf, isoTime, pass, type Subject } from '../condition.ts';
import type { RestartEvidence } from '../instance-evidence.ts';
import { soakOf } from '../plan.ts';

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
  const told = found
    .toSorted((a, b) => b.restarts - a.restarts)
    .map((one) => `${one.name} restarted ${timesText(one.restarts)}, last at ${isoTime(one.lastMs ?? atMs)}`);
  const needMs = (one: RestartEvidence) => Math.max(soakMs, repeated.includes(one) ? quietMs(one) : 0);
  return fail(`since the deployment ${firstOf(told, 3)}`, {
    cause: told[0] ?? '',
    next: 'read why its process ended: its last lines, its exit code, its memory',
    askAgainAtMs: Math.max(...found.map((one) => (one.lastMs ?? atMs) + needMs(one))),
  });
}
