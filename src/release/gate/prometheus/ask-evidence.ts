import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration, quorumOf, storeUrlOf, type VigilConfig, VigilError } from '../../../core/index.ts';
import type { HistoryReader } from '../../../history/index.ts';
import { type Answer, type Asking, answerOn, askHistory } from '../gate.ts';
import type { GateSetup } from '../setup.ts';
import { type PrometheusStore, prometheusEvidence } from './prometheus-evidence.ts';

/** A store and how its probes are judged together, as the configuration says. */
export const storeIn = (config: VigilConfig, url = storeUrlOf(config)): PrometheusStore => ({
  url,
  quorum: quorumOf(config.monitoring),
  probes: config.monitoring.probes.flatMap(({ name }) => name ?? []),
  scrapeIntervalMs: config.monitoring.scrapeInterval,
});

/** The store by which several probes decide together; none where one Vigil watches. */
export const quorumStoreOf = (config: VigilConfig): PrometheusStore | undefined =>
  config.monitoring.probes.length > 1 ? storeIn(config) : undefined;

/** A hook waits for 10 s, and throws away what comes later. */
const answerWithinMs = 8000;

/** Asks the history of this Vigil, or where several watch the store of all; nothing is kept. @throws TARGET_UNREACHABLE */
export async function askEvidence(
  history: HistoryReader,
  store: PrometheusStore | undefined,
  setup: GateSetup,
  asking: Asking,
  atMs: number,
): Promise<Answer> {
  if (!store) return askHistory(history, setup, asking, atMs);
  const late = new AbortController();
  const limit = sleep(answerWithinMs, undefined, { ref: false, signal: late.signal }).then(() => {
    throw new VigilError(
      'TARGET_UNREACHABLE',
      `the store did not answer within ${formatDuration(answerWithinMs)}`,
    );
  });
  limit.catch(() => {});
  try {
    const evidence = await Promise.race([prometheusEvidence(history, store, setup, asking.to, atMs), limit]);
    return answerOn(evidence, setup, asking);
  } finally {
    late.abort();
  }
}
