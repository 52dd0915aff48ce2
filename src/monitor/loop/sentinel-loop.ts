import type { AlertEvent, ReceiptReceiver } from '../../alerts/index.ts';
import { messageOf } from '../../core/index.ts';
import type { WatchClock } from './clock.ts';
import type { Notes } from './notes.ts';
import { runSentinel, type SentinelState } from './sentinel.ts';

export interface SentinelOptions {
  receiver: ReceiptReceiver;
  channel: string;
  everyMs: number;
  timeoutMs: number;
}

interface SentinelLoop extends SentinelOptions {
  clock: WatchClock;
  notes: Notes;
  signal: AbortSignal;
  tell(event: AlertEvent): void;
  onState(state: SentinelState): void;
}

/** Sends the sentinel on its way at a steady pace; one that can't even be sent is missing too. */
export async function runSentinelLoop(options: SentinelLoop): Promise<void> {
  const { clock, notes, signal, tell, receiver, channel, timeoutMs } = options;
  while (!signal.aborted) {
    const nowMs = clock.now();
    const state = await runSentinel({ tell, receiver, channel, nowMs, timeoutMs, signal }).catch(
      (thrown): SentinelState => ({ state: 'missing', atMs: nowMs, reason: messageOf(thrown) }),
    );
    // One that nobody waited for has neither arrived nor failed to.
    if (signal.aborted) return;
    options.onState(state);
    if (state.state === 'missing') notes.warn(`the sentinel did not arrive: ${state.reason}`);
    await clock.wait(options.everyMs, signal);
  }
}
