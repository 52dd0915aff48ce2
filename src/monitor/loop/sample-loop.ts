import type { WatchClock } from './clock.ts';
import { clockEvents } from './clock.ts';
import type { Notes } from './notes.ts';

export interface SampleLoopOptions {
  clock: WatchClock;
  notes: Notes;
  everyMs: number;
  /** Ends it. */
  signal: AbortSignal;
  sample(): Promise<void>;
  /** Told with each turn that the loop still turns. */
  onTick(atMs: number): void;
  /** Told that nothing ran for a while, or that the clock was set. */
  onPause(): void;
}

/** Samples at a steady pace between the cycles, and says when the clocks show that nobody watched for a while. */
export async function runSampleLoop(options: SampleLoopOptions): Promise<void> {
  const { clock, notes, everyMs, signal } = options;
  const read = () => ({ wallMs: clock.now(), monotonicMs: clock.monotonic() });
  let before = read();
  // The first turn has to open connections and fill caches: that it takes long is no pause.
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    await options.sample();
    await clock.wait(everyMs, signal);
    const after = read();
    for (const event of signal.aborted ? [] : clockEvents(before, after, everyMs)) {
      if (isFirst && event.kind === 'pause') continue;
      options.onPause();
      notes.warn(
        event.kind === 'jump'
          ? `the wall clock jumped by ${Math.round(event.byMs / 1000)} s`
          : `nothing ran for ${Math.round(event.forMs / 1000)} s: the machine slept, or the process was stopped`,
      );
    }
    before = after;
    options.onTick(after.wallMs);
  }
}
