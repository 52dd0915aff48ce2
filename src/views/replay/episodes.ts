import { labelKey } from '../../core/index.ts';
import type { Episode } from './replay-schema.ts';

interface Change {
  alert: string;
  labels: Readonly<Record<string, string>>;
  from: string;
  to: string;
  timeMs: number;
}

/** The alerts that fired, oldest first, from changes in their order. */
export function episodesOf(changes: readonly Change[]): Episode[] {
  const pending = new Map<string, number>();
  const open = new Map<string, Episode>();
  const episodes: Episode[] = [];
  for (const { alert, labels, from, to, timeMs } of changes) {
    if (from === to) continue;
    const key = `${alert} ${labelKey(labels)}`;
    if (to === 'pending') pending.set(key, timeMs);
    if (to === 'inactive') pending.delete(key);
    if (to === 'firing') {
      const episode: Episode = {
        alert,
        labels,
        severity: labels.severity ?? 'critical',
        pendingMs: pending.get(key) ?? timeMs,
        firedMs: timeMs,
        resolvedMs: undefined,
      };
      pending.delete(key);
      open.set(key, episode);
      episodes.push(episode);
    }
    if (to === 'resolved') {
      const episode = open.get(key);
      if (episode) episode.resolvedMs = timeMs;
      open.delete(key);
    }
  }
  return episodes;
}
