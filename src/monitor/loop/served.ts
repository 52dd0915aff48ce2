import { incidentsOf } from '../../alerts/index.ts';
import { formatExposition } from '../../clients/index.ts';
import type { VigilConfig } from '../../core/index.ts';
import type { HistoryReader } from '../../history/index.ts';
import type { Served } from './serve.ts';
import type { Watch } from './watch-options.ts';
import { type StatusHeadline, statusDocument } from './watch-status.ts';

const pastMs = 48 * 3_600_000;

/** A loop that has not gone round for this long stands still. */
export const stalledMs = ({ sampleInterval }: Pick<VigilConfig, 'sampleInterval'>): number =>
  4 * sampleInterval + 30_000;

/** What the port shows of a watch, or that there is none yet; all of it read, nothing run. */
export function served(
  current: () => Watch | undefined,
  config: VigilConfig,
  history: HistoryReader,
  headline?: () => StatusHeadline | undefined,
): Served {
  const limitMs = stalledMs(config);
  const ofWatch = (answer: (watch: Watch, nowMs: number) => unknown): unknown => {
    const watch = current();
    return watch ? answer(watch, Date.now()) : {};
  };
  return {
    metrics: () => formatExposition(current()?.families() ?? []),
    health() {
      const watch = current();
      return {
        ok: (watch?.sinceTickMs() ?? 0) < limitMs,
        lastTickMs: watch?.lastTickMs() ?? Date.now(),
      };
    },
    ready() {
      const watch = current();
      const { last, unrecorded } = watch?.status() ?? {};
      if (last && unrecorded) return { ok: true, reason: `a cycle has ended, but ${unrecorded.reason}` };
      if (last) return { ok: true, reason: 'a cycle is recorded' };
      return { ok: false, reason: watch ? 'no cycle has ended yet' : 'starting' };
    },
    status: () => ofWatch((watch) => statusDocument(watch.status(), headline?.())),
    alerts: () =>
      ofWatch((watch, nowMs) => ({
        open: Object.values(watch.status().alerts.alerts),
        incidents: incidentsOf(watch.status().alerts),
        transitions: history.transitions(nowMs - pastMs, nowMs),
        mutes: history.mutes(nowMs - pastMs, nowMs),
        maintenance: history.maintenance(nowMs, nowMs),
      })),
    evidence: (sinceMs) =>
      ofWatch((_watch, nowMs) => ({
        coverage: history.coverage(sinceMs, nowMs),
        snapshots: history.snapshots(sinceMs),
      })),
  };
}
