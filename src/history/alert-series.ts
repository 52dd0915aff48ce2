import type { Series } from '../alerts/index.ts';
import { type LabelSet, labelKey } from '../core/index.ts';
import type { RecordedTransition } from './journal.ts';

const shown = new Set(['pending', 'firing']);

/**
 * The alerts of a journal as the series `ALERTS` that Prometheus writes of its own: 1 at each of the given times at which
 * an alert was pending or firing, one series for each state.
 */
export function alertSeries(
  transitions: readonly RecordedTransition[],
  timesMs: readonly number[],
): Series[] {
  const byAlert = Map.groupBy(transitions, ({ alert, labels }) => labelKey({ ...labels, alertname: alert }));
  const series = new Map<string, { labels: LabelSet; points: { timeMs: number; value: number }[] }>();
  for (const changes of byAlert.values()) {
    let next = 0;
    let state = 'inactive';
    for (const timeMs of timesMs) {
      while ((changes[next]?.timeMs ?? Number.POSITIVE_INFINITY) <= timeMs) {
        state = changes[next]?.to ?? state;
        next += 1;
      }
      const { alert, labels } = changes[0] as RecordedTransition;
      if (!shown.has(state)) continue;
      const whole = { ...labels, alertname: alert, alertstate: state };
      const key = labelKey(whole);
      const known = series.get(key) ?? { labels: whole, points: [] as { timeMs: number; value: number }[] };
      series.set(key, known);
      known.points.push({ timeMs, value: 1 });
    }
  }
  return [...series.values()];
}
