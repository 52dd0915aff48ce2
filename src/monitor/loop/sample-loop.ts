import { once } from 'node:events';
import { inTurns, wholeSeconds } from '../../core/index.ts';
import type { ScrapedSample } from '../../history/index.ts';
import { clockEvents } from './clock.ts';
import type { Scrape } from './scrape.ts';
import { recordOwnSamples } from './watch-metrics.ts';
import { decideRollback, type WatchParts } from './watch-parts.ts';

/** What was scraped of each job: the instances of a service are one scrape, so that one that is gone leaves no series. */
function byJob(scrapes: readonly Scrape[]): Map<string, ScrapedSample[]> {
  const samples = new Map<string, ScrapedSample[]>();
  for (const scrape of scrapes)
    samples.set(scrape.job, [...(samples.get(scrape.job) ?? []), ...scrape.samples]);
  return samples;
}

/** What comes before the watch is told to end; who still asks a store or a name server then is not waited for. */
async function beforeEnd<Result>(asked: Promise<Result>, signal: AbortSignal): Promise<Result | undefined> {
  const hasCome = new AbortController();
  const ended = once(signal, 'abort', { signal: hasCome.signal }).then(
    () => undefined,
    () => undefined,
  );
  return Promise.race([asked, ended]).finally(() => hasCome.abort());
}

/** Records what came of a scrape; returns whether it could. */
async function record(
  parts: WatchParts,
  scrapes: readonly Scrape[],
  { atMs, ranMs }: { atMs: number; ranMs: number },
): Promise<boolean> {
  const { history } = parts.options;
  let isRecorded = false;
  await parts.notes.attemptLong('samples could not be recorded', async () => {
    try {
      for (const { samples } of scrapes) await inTurns(history.numberSeries(samples));
      history.transaction(() => {
        history.observed(ranMs);
        for (const [job, samples] of byJob(scrapes)) history.recordSamples(atMs, samples, job);
        recordOwnSamples(parts, atMs);
      });
      isRecorded = true;
    } catch (thrown) {
      parts.recording.failed(thrown);
      throw thrown;
    }
  });
  return isRecorded;
}

/** Scrapes once, records what came, with how long the loop has run for it, and judges the rules by it. */
async function sample(parts: WatchParts, ranMs: number, refused: Set<string>): Promise<void> {
  const { clock, signal, dispatcher, scrape } = parts.options;
  const scrapes = await beforeEnd(scrape(), signal);
  // What an end cut off says nothing of the target.
  if (signal.aborted || !scrapes) return;
  for (const { job, name = job, failure, isRefused } of scrapes) {
    if (!isRefused || failure === undefined) refused.delete(name);
    else if (!refused.has(name)) {
      parts.notes.warn(`the metrics of ${name} are unknown: ${failure}`);
      refused.add(name);
    }
  }
  const atMs = clock.now();
  parts.recording.look();
  const isRecorded = await record(parts, scrapes, { atMs, ranMs });
  if (isRecorded || parts.recording.isFailing())
    await parts.notes.attemptLong('alerts could not be evaluated', () =>
      parts.evaluator.evaluateInTurns(atMs),
    );
  decideRollback(parts);
  parts.lookAtEvidence();
  dispatcher.wake();
}

/**
 * A sample asks in turn for addresses, health, metrics, witnesses and a store, each for at most 5 s. One that took longer was
 * stopped on the way.
 */
const longestSampleMs = 5 * 5000;

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
  let ranMs = 0;
  /** Scrapes that were refused and told already, by their name. */
  const refused = new Set<string>();
  // The first turn has to open connections and fill caches: that it takes long is no pause.
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    await sample(parts, ranMs, refused);
    // A target that hangs makes the sample long, not the machine sleep.
    const workMs = Math.min(clock.monotonic() - before.monotonicMs, longestSampleMs);
    await clock.wait(sampleMs, signal);
    const after = read();
    for (const event of signal.aborted ? [] : clockEvents(before, after, sampleMs, workMs)) {
      if (isFirst && event.kind === 'pause') continue;
      onPause();
      parts.notes.warn(
        event.kind === 'jump'
          ? `the wall clock jumped ${event.byMs < 0 ? 'back' : 'ahead'} by ${wholeSeconds(Math.abs(event.byMs))}`
          : `nothing ran for ${wholeSeconds(event.forMs)}: the machine slept, or the process was stopped`,
      );
    }
    // A process that was stopped has seen nothing of the time.
    ranMs = Math.min(after.monotonicMs - before.monotonicMs, workMs + 2 * sampleMs);
    before = after;
    parts.state.lastTickMs = after.wallMs;
    parts.state.lastTickMonotonicMs = after.monotonicMs;
  }
}
