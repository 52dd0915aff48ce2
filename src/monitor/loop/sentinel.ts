import { fileURLToPath } from 'node:url';
import { sentinelChannel } from '../../alerts/index.ts';
import { createRedactor, formatDuration, messageOf } from '../../core/index.ts';
import { judgeReport, runSuite, suiteResultOf } from '../../suite/index.ts';
import type { SentinelState } from './saved-state.ts';
import type { Sentinel } from './sentinel-alert.ts';
import type { SentinelOptions } from './watch-options.ts';
import { keepState, type WatchParts } from './watch-parts.ts';

/** How long a cycle may take beyond its interval. */
const cycleReserveMs = 60_000;

const suiteFile = fileURLToPath(new URL('./sentinel-check.mjs', import.meta.url));

/**
 * Hands the sentinel to the evaluation of the next cycle. Resolves with the fingerprint of its alert when that is queued,
 * `undefined` when no cycle was judged in time.
 */
async function queued(
  { evaluator, options: { clock } }: WatchParts,
  sentinel: Omit<Sentinel, 'onQueued'>,
  withinMs: number,
  signal: AbortSignal,
  onHanded: () => void,
): Promise<string | undefined> {
  const ended = new AbortController();
  const sent = new Promise<string>((onQueued) => evaluator.sendSentinel({ ...sentinel, onQueued }));
  onHanded();
  const late = clock.wait(withinMs, AbortSignal.any([signal, ended.signal])).then(() => undefined);
  return Promise.race([sent, late]).finally(() => ended.abort());
}

/**
 * Sends a check that is known to fail along the whole way: a real run, its JUnit report, the judgement, the alerts of
 * the next cycle, the outbox, a channel, and back to our own receiver. What does not arrive would not have paged anybody.
 */
async function runSentinel(
  parts: WatchParts,
  { receiver, timeoutMs }: SentinelOptions,
  nowMs: number,
  signal: AbortSignal,
  onHanded: () => void,
): Promise<SentinelState> {
  const missing = (reason: string): SentinelState => ({ state: 'missing', atMs: nowMs, reason });
  const nonce = String(nowMs);
  const run = await runSuite({
    suite: { command: [process.execPath, suiteFile, '{junit}', nonce], args: [], env: {} },
    root: process.cwd(),
    redactor: createRedactor(),
    timeoutMs: 10_000,
    signal,
  });
  const failed = judgeReport(suiteResultOf(run)).outcomes.find(({ outcome }) => outcome === 'fail');
  if (!failed?.reason?.includes(nonce)) return missing('the check that must fail was not seen failing');
  const summary = failed.reason.split('\n', 1)[0] ?? '';
  const { intervalMs, thenIntervalMs = 0 } = parts.options;
  const withinMs = 2 * Math.max(intervalMs, thenIntervalMs) + cycleReserveMs;
  const fingerprint = await queued(parts, { nonce, summary }, withinMs, signal, onHanded);
  if (fingerprint === undefined) return missing(`no cycle was judged within ${formatDuration(withinMs)}`);
  parts.options.dispatcher.wake();
  const began = performance.now();
  const receipt = await receiver.waitFor(fingerprint, { sinceMs: nowMs, timeoutMs, signal });
  if (!receipt)
    return missing(`no receipt within ${formatDuration(timeoutMs)} through the channel ${sentinelChannel}`);
  return { state: 'received', atMs: nowMs, tookMs: Math.round(performance.now() - began) };
}

/**
 * Sends the sentinel on its way at a steady pace; one that can't even be sent is missing too. `onHanded` is told when the
 * first waits for its cycle, or can't.
 */
export async function runSentinelLoop(
  parts: WatchParts,
  signal: AbortSignal,
  onHanded: () => void,
): Promise<void> {
  const { clock, sentinel } = parts.options;
  while (sentinel && !signal.aborted) {
    const nowMs = clock.now();
    const state = await runSentinel(parts, sentinel, nowMs, signal, onHanded).catch(
      (thrown): SentinelState => ({ state: 'missing', atMs: nowMs, reason: messageOf(thrown) }),
    );
    onHanded();
    parts.evaluator.sendSentinel(undefined);
    // One that nobody waited for has neither arrived nor failed to.
    if (signal.aborted) return;
    parts.state.sentinel = state;
    keepState(parts, 'sentinel', state);
    if (state.state === 'missing') parts.notes.warn(`the sentinel did not arrive: ${state.reason}`);
    await clock.wait(sentinel.everyMs, signal);
  }
}
