import { type SignalName, timesText, wholeSeconds } from '../../core/index.ts';
import type { AlertEpisode } from './alert-episodes.ts';

/** How often an objective was breached long enough to alert, and for how long in all. */
export interface Breaches {
  count: number;
  totalMs: number;
}

/** What the alerts of a signal are labelled with. */
const topics: Partial<Record<SignalName, string>> = {
  passRate: 'pass_rate',
  errorRatio: 'error_ratio',
  latencyP95: 'latency',
  uptime: 'service',
  throughput: 'throughput',
  cpuUsed: 'cpu',
  memoryUsed: 'memory',
  diskUsed: 'disk',
};

/** The stretches in which an alert of a signal fired within a window; those that overlap are one. */
function breachesOf(
  signal: SignalName,
  episodes: readonly AlertEpisode[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Breaches {
  const stretches = episodes
    .filter(({ labels }) => topics[signal] !== undefined && labels.signal === topics[signal])
    .map((one) => ({
      begin: Math.max(fromMs, one.firedMs),
      end: Math.min(toMs, one.resolvedMs ?? toMs),
    }))
    .sort((a, b) => a.begin - b.begin);
  const merged: typeof stretches = [];
  for (const stretch of stretches) {
    const last = merged.at(-1);
    if (last && stretch.begin <= last.end) last.end = Math.max(last.end, stretch.end);
    else merged.push({ ...stretch });
  }
  return { count: merged.length, totalMs: merged.reduce((sum, { begin, end }) => sum + end - begin, 0) };
}

/** The objectives, each with its breaches: what is met on average may have been missed for an hour. */
export const withBreaches = <Judged extends { signal: SignalName }>(
  objectives: readonly Judged[],
  episodes: readonly AlertEpisode[],
  window: { fromMs: number; toMs: number },
): (Judged & { breaches: Breaches })[] =>
  objectives.map((one) => ({ ...one, breaches: breachesOf(one.signal, episodes, window) }));

/** `breached twice, 14m in all`; nothing where it never was. */
export function breachText({ count, totalMs }: Breaches): string {
  if (count === 0) return '';
  const times = count === 2 ? 'twice' : timesText(count);
  return `breached ${times}, ${wholeSeconds(totalMs)} in all`;
}
