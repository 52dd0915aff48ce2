import type { HistoryReader } from '../../history/index.ts';
import type { Confirmation } from './confirmation.ts';
import type { SentinelState } from './sentinel.ts';

/** Which watch writes a history, for those who read it from another process. */
export interface WatchIdentity {
  intervalMs: number;
  startedMs: number;
  /** Where it serves. */
  url: string;
  pid: number;
  targetId: string;
}

/** What the loop keeps of itself in the history; each is replaced when it changes. */
export interface SavedStates {
  watch: WatchIdentity;
  sentinel: SentinelState;
  confirmation: Confirmation;
}

/** Fields without which a saved state is of another version and counts as none. */
const needed: { [Key in keyof SavedStates]: string } = {
  watch: 'intervalMs',
  sentinel: 'state',
  confirmation: 'state',
};

/** What a watch saved of itself under a key; `undefined` when none did. */
export function savedState<Key extends keyof SavedStates>(
  history: Pick<HistoryReader, 'loadState'>,
  key: Key,
): SavedStates[Key] | undefined {
  const saved = history.loadState(key);
  const isOurs = typeof saved === 'object' && saved !== null && needed[key] in saved;
  return isOurs ? (saved as SavedStates[Key]) : undefined;
}
