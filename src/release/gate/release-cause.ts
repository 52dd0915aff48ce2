import type { HistoryReader } from '../../history/index.ts';
import { askHistory, rolloutStanding } from './gate.ts';
import type { GateSetup } from './setup.ts';

/** Conditions that say what is wrong with a release, where a signal only says that something is. */
const telling = ['restarts', 'routeErrors', 'uptime', 'routeLatency'];

/** What the release that is out shows of why a trigger fires, in a few words; `undefined` where it shows nothing more. */
export function releaseCause(reader: HistoryReader, setup: GateSetup, atMs: number): string | undefined {
  const standing = rolloutStanding(reader, setup, atMs);
  if (!standing) return undefined;
  const to = standing.next?.percent ?? standing.percent;
  const asking = { to, askedBy: 'rollback', via: 'rollback' };
  const { conditions } = askHistory(reader, setup, asking, atMs).decision;
  const failed = telling.flatMap((id) => conditions.filter((one) => one.id === id && one.outcome === 'fail'));
  const [first] = failed;
  return first && (first.cause ?? `${first.title}: ${first.detail}`);
}
