import { fileURLToPath } from 'node:url';
import type { AlertEvent, ReceiptReceiver } from '../../alerts/index.ts';
import { createRedactor, fingerprintOf } from '../../core/index.ts';
import { judgeReport, runSuite, suiteResultOf } from '../../suite/index.ts';

/** Where the sentinel stands: how long ago it last made the whole way, or that it has not. */
export type SentinelState =
  | { state: 'off' }
  | { state: 'never' }
  | { state: 'received'; atMs: number; tookMs: number }
  | { state: 'missing'; atMs: number; reason: string };

export interface SentinelRun {
  tell: (event: AlertEvent) => void;
  receiver: ReceiptReceiver;
  channel: string;
  nowMs: number;
  timeoutMs: number;
  /** Ends the waiting when the watch ends. */
  signal?: AbortSignal;
}

const suiteFile = fileURLToPath(new URL('./sentinel-check.mjs', import.meta.url));

/**
 * Sends a check that is known to fail along the whole way: a real run, its JUnit report, the judgement,
 * an alert, the outbox, a channel, and back to our own receiver. What does not arrive would not have paged anybody.
 */
export async function runSentinel({
  tell,
  receiver,
  channel,
  nowMs,
  timeoutMs,
  signal,
}: SentinelRun): Promise<SentinelState> {
  const nonce = String(nowMs);
  const run = await runSuite({
    suite: { command: [process.execPath, suiteFile, '{junit}', nonce], args: [], env: {} },
    root: process.cwd(),
    redactor: createRedactor(),
    timeoutMs: 10_000,
    ...(signal && { signal }),
  });
  const failed = judgeReport(suiteResultOf(run)).outcomes.find(({ outcome }) => outcome === 'fail');
  if (!failed?.reason?.includes(nonce)) {
    return { state: 'missing', atMs: nowMs, reason: 'the check that must fail was not seen failing' };
  }
  const labels = { alertname: 'VigilSentinel', severity: 'info', priority: 'P4', sentinel: nonce };
  const event: AlertEvent = {
    kind: 'alert',
    alertname: 'VigilSentinel',
    state: 'firing',
    severity: 'info',
    priority: 'P4',
    labels,
    annotations: { summary: failed.reason.split('\n', 1)[0] ?? '' },
    startsAt: new Date(nowMs).toISOString(),
    groupKey: 'sentinel',
    fingerprint: fingerprintOf(labels),
    only: [channel],
  };
  const began = performance.now();
  tell(event);
  const receipt = await receiver.waitFor(event.fingerprint, { sinceMs: nowMs, timeoutMs, signal });
  if (!receipt)
    return {
      state: 'missing',
      atMs: nowMs,
      reason: `no receipt within ${timeoutMs / 1000} s through ${channel}`,
    };
  return { state: 'received', atMs: nowMs, tookMs: Math.round(performance.now() - began) };
}
