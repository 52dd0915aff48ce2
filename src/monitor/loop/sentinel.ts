import { fileURLToPath } from 'node:url';
import type { AlertEvent } from '../../alerts/index.ts';
import { createRedactor, labelFingerprint, messageOf } from '../../core/index.ts';
import { judgeReport, runSuite, suiteResultOf } from '../../suite/index.ts';
import type { SentinelState } from './saved-state.ts';
import type { SentinelOptions } from './watch-options.ts';
import { keepState, notify, type WatchParts } from './watch-parts.ts';

const suiteFile = fileURLToPath(new URL('./sentinel-check.mjs', import.meta.url));

function eventOf(nonce: string, summary: string, channel: string, nowMs: number): AlertEvent {
  const labels = { alertname: 'VigilSentinel', severity: 'info', priority: 'P4', sentinel: nonce };
  return {
    kind: 'alert',
    alertname: 'VigilSentinel',
    state: 'firing',
    severity: 'info',
    priority: 'P4',
    labels,
    annotations: { summary },
    startsAt: new Date(nowMs).toISOString(),
    groupKey: 'sentinel',
    fingerprint: labelFingerprint(labels),
    only: [channel],
  };
}

/**
 * Sends a check that is known to fail along the whole way: a real run, its JUnit report, the judgement,
 * an alert, the outbox, a channel, and back to our own receiver. What does not arrive would not have paged anybody.
 */
async function runSentinel(
  parts: WatchParts,
  { receiver, channel, timeoutMs }: SentinelOptions,
  nowMs: number,
  signal: AbortSignal,
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
  const event = eventOf(nonce, failed.reason.split('\n', 1)[0] ?? '', channel, nowMs);
  const began = performance.now();
  notify(parts, 'sentinel', event);
  const receipt = await receiver.waitFor(event.fingerprint, { sinceMs: nowMs, timeoutMs, signal });
  if (!receipt) return missing(`no receipt within ${timeoutMs / 1000} s through ${channel}`);
  return { state: 'received', atMs: nowMs, tookMs: Math.round(performance.now() - began) };
}

/** Sends the sentinel on its way at a steady pace; one that can't even be sent is missing too. */
export async function runSentinelLoop(parts: WatchParts, signal: AbortSignal): Promise<void> {
  const { clock, sentinel } = parts.options;
  while (sentinel && !signal.aborted) {
    const nowMs = clock.now();
    const state = await runSentinel(parts, sentinel, nowMs, signal).catch(
      (thrown): SentinelState => ({ state: 'missing', atMs: nowMs, reason: messageOf(thrown) }),
    );
    // One that nobody waited for has neither arrived nor failed to.
    if (signal.aborted) return;
    parts.state.sentinel = state;
    keepState(parts, 'sentinel', state);
    if (state.state === 'missing') parts.notes.warn(`the sentinel did not arrive: ${state.reason}`);
    await clock.wait(sentinel.everyMs, signal);
  }
}
