import { evaluate, namingOf, type SignalValues, signalExpressions } from '../../../alerts/index.ts';
import type { SignalName, ThresholdTable, VigilConfig } from '../../../core/index.ts';
import type { HistoryReader } from '../../../history/index.ts';

/** What the history shows at a time, before and after. */
export function evidenceAt(history: HistoryReader, config: VigilConfig, table: ThresholdTable, atMs: number) {
  const expressions = signalExpressions(namingOf(config));
  /** Signals as the recorded samples show them; what has no data is absent. */
  const values: SignalValues = Object.fromEntries(
    Object.entries(expressions).flatMap(([name, expression]) => {
      const value = name in table ? evaluate(expression, history, atMs) : undefined;
      return value === undefined || Number.isNaN(value) ? [] : [[name as SignalName, value]];
    }),
  );
  const last = history.latestCycle();
  const those = (outcome: string) =>
    (last?.outcomes ?? [])
      .filter((check) => check.outcome === outcome)
      .map(({ id, reason }) => ({ check: id, reason }));
  return {
    atMs,
    values,
    ...(last && {
      lastCycle: {
        id: last.id,
        startedAt: new Date(last.startedMs).toISOString(),
        verdict: last.verdict,
        failing: those('fail'),
        unknown: those('unknown'),
      },
    }),
  };
}

export type Evidence = ReturnType<typeof evidenceAt>;
