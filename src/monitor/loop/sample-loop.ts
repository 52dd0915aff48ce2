import { clockEvents } from './clock.ts';
import { recordOwnSamples } from './watch-metrics.ts';
import { decideRollback, type WatchParts } from './watch-parts.ts';

/** Scrapes once, records what came and judges the rules by it. */
async function sample(parts: WatchParts): Promise<void> {
  const { history, clock, signal, dispatcher, scrape } = parts.options;
  const scrapes = await scrape();
  // What an end cut off says nothing of the target.
  if (signal.aborted) return;
  const atMs = clock.now();
  parts.notes.attempt('samples could not be recorded', () => {
    history.transaction(() => {
      for (const { job, samples } of scrapes) history.recordSamples(atMs, samples, job);
      recordOwnSamples(parts, atMs);
    });
    parts.evaluator.evaluate(atMs);
  });
  decideRollback(parts);
  parts.lookAtEvidence();
  dispatcher.wake();
}

/**
 * Samples at a steady pace between the cycles until the signal comes, and says when the clocks show that nobody watched
 * for a while.
 */
export async function runSampleLoop(
  parts: WatchParts,
  signal: AbortSignal,
  onPause: () => void,
): Promise<void> {
  const { clock, sampleMs } = parts.options;
  const read = () => ({ wallMs: clock.now(), monotonicMs: clock.monotonic() });
  let before = read();
  // The first turn has to open connections and fill caches: that it takes long is no pause.
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    await sample(parts);
    await clock.wait(sampleMs, signal);
    const after = read();
    for (const event of signal.aborted ? [] : clockEvents(before, after, sampleMs)) {
      if (isFirst && event.kind === 'pause') continue;
      onPause();
      parts.notes.warn(
        event.kind === 'jump'
          ? `the wall clock jumped by ${Math.round(event.byMs / 1000)} s`
          : `nothing ran for ${Math.round(event.forMs / 1000)} s: the machine slept, or the process was stopped`,
      );
    }
    before = after;
    parts.state.lastTickMs = after.wallMs;
  }
}
