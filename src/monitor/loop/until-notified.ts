import type { AlertRecord } from '../../alerts/index.ts';
import type { WatchParts } from './watch-parts.ts';

/** How long an alert may wait for its group, or for what may explain it. */
const longestAlertMs = 120_000;
/** How long channels are given to take what is queued; what is left goes out with the next cycle. */
const longestDeliveryMs = 30_000;
const pollMs = 250;

/** Whether somebody is still to hear that an alert began or ended. */
const awaitsNotification = ({ status, told, mute }: AlertRecord): boolean =>
  !mute && (status === 'firing' ? !told : status === 'resolved' && told !== undefined);

/** Waits until a state holds, for so long at most; the samples and the rules go on meanwhile. */
async function waitUntil(
  { options: { clock, signal } }: WatchParts,
  forMs: number,
  holds: () => boolean,
): Promise<void> {
  const endMs = clock.monotonic() + forMs;
  while (!holds() && !signal.aborted && clock.monotonic() < endMs) await clock.wait(pollMs, signal);
}

/** After a cycle that no other follows in this process: waits until its alerts are told and have been delivered. */
export async function untilNotified(parts: WatchParts): Promise<void> {
  const { evaluator, state, startedMs, notes, options } = parts;
  const { dispatcher, sentinel } = options;
  await waitUntil(
    parts,
    longestAlertMs,
    () => !Object.values(evaluator.state().alerts).some(awaitsNotification),
  );
  dispatcher.wake();
  const isSentinelBack = () => !sentinel || ('atMs' in state.sentinel && state.sentinel.atMs >= startedMs);
  await waitUntil(parts, longestDeliveryMs, () => dispatcher.pending() === 0 && isSentinelBack());
  const waiting = dispatcher.pending();
  if (waiting > 0)
    notes.warn(`${waiting} notifications could not be delivered yet: the next cycle tries again`);
}
