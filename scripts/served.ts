import { formatExposition } from '../src/clients/index.ts';
import type { VigilConfig } from '../src/core/index.ts';
import type { LastingHistory } from '../src/history/index.ts';
import { type Served, statusDocument, type Watch } from '../src/monitor/index.ts';

/** What the port shows of a watch; all of it read, nothing run. */
export function served(watch: Watch, config: VigilConfig, history: LastingHistory): Served {
  const stalledMs = 4 * config.sampleInterval;
  return {
    metrics: () => formatExposition(watch.families()),
    health: () => ({
      ok: Date.now() - watch.lastTickMs() < stalledMs + 30_000,
      lastTickMs: watch.lastTickMs(),
    }),
    ready() {
      const { last } = watch.status();
      return last
        ? { ok: true, reason: 'a cycle is recorded' }
        : { ok: false, reason: 'no cycle has ended yet' };
    },
    status: () => statusDocument(watch.status()),
    alerts: () => ({
      open: Object.values(watch.status().alerts.alerts),
      transitions: history.transitions(Date.now() - 48 * 3_600_000, Date.now()),
      mutes: history.mutes(Date.now() - 48 * 3_600_000, Date.now()),
      maintenance: history.maintenance(Date.now(), Date.now()),
    }),
    evidence: (sinceMs) => ({
      coverage: history.coverage(sinceMs, Date.now()),
      snapshots: history.snapshots(sinceMs),
    }),
  };
}

/** What is served until the watch exists. */
export const starting: Served = {
  metrics: () => '',
  health: () => ({ ok: true, lastTickMs: Date.now() }),
  ready: () => ({ ok: false, reason: 'starting' }),
  status: () => ({}),
  alerts: () => ({}),
  evidence: () => ({}),
};
