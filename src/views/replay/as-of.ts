import type { EngineState } from '../../alerts/index.ts';
import { type HistoryReader, sqlText } from '../../history/index.ts';
import type { Confirmation } from '../../monitor/index.ts';

/** What only a replay knows of a past instant. */
export interface PastState {
  atMs: number;
  /** The alerts as the replayed policy has them, and when they were judged. */
  alerts: { atMs: number; state: EngineState } | undefined;
  confirmation: Confirmation;
  /** The stages that the replayed rollout has taken. */
  taken: ReturnType<HistoryReader['takenStages']>;
}

/**
 * A history as it stood at an instant, to whoever asks it for the gate: nothing later is seen. What a watch keeps of
 * itself is replaced as it goes on, so of the past it is told by the replay, or not at all.
 */
export function asOf(reader: HistoryReader, { atMs, alerts, confirmation, taken }: PastState): HistoryReader {
  const until = (toMs: number) => Math.min(toMs, atMs);
  return {
    ...reader,
    series: (name, matchers, fromMs, toMs) =>
      fromMs > atMs ? [] : reader.series(name, matchers, fromMs, until(toMs)),
    newest: (name, matchers, fromMs, toMs) =>
      fromMs > atMs ? [] : reader.newest(name, matchers, fromMs, until(toMs)),
    samples: (selector, fromMs, toMs) => (fromMs > atMs ? [] : reader.samples(selector, fromMs, until(toMs))),
    deployments: (fromMs, toMs) => reader.deployments(fromMs, until(toMs)),
    rollbacks: (fromMs, toMs) => reader.rollbacks(fromMs, until(toMs)),
    tally: (fromMs, toMs, targetId) => reader.tally(fromMs, until(toMs), targetId),
    passRate: (fromMs, toMs, targetId) => reader.passRate(fromMs, until(toMs), targetId),
    grids: () =>
      reader
        .grids()
        .filter(({ startMs }) => startMs <= atMs)
        .map((grid) =>
          grid.endMs !== undefined && grid.endMs > atMs ? { ...grid, endMs: undefined } : grid,
        ),
    latestCycle(targetId) {
      const of = targetId === undefined ? '' : `AND text = ${sqlText(targetId)}`;
      const [row] = reader.query(
        `SELECT cycles.id FROM cycles JOIN names ON names.id = target
WHERE started_ms + duration_ms <= ${Math.floor(atMs)} ${of} ORDER BY seq DESC LIMIT 1`,
      );
      return row && reader.cycle(String(row.id));
    },
    decisions: () => [],
    latestDecision: () => undefined,
    takenStages: () => [...taken],
    loadState(key) {
      if (key === 'alerts') return alerts?.state;
      if (key === 'confirmation') return confirmation;
      return key === 'watch' ? reader.loadState(key) : undefined;
    },
    stateSavedMs: (key) => (key === 'alerts' ? alerts?.atMs : undefined),
  };
}
