import { alertText } from '../../../alerts/index.ts';
import { type RecordedTransition, seriesText } from '../../../history/index.ts';
import { type Facts, pageLookBackMs } from '../facts.ts';

const shown = 20;

/** The alerts that were resolved in the last 48h, the newest first. */
export function resolvedViews({ source, nowMs }: Facts) {
  const transitions = source.history.transitions(nowMs - pageLookBackMs, nowMs);
  const fired = new Map<string, RecordedTransition>();
  const resolved = transitions.flatMap((transition) => {
    const { alert, labels, from, to, timeMs } = transition;
    const key = seriesText({ name: alert, labels });
    if (to === 'firing' && from !== 'firing') fired.set(key, transition);
    if (to !== 'resolved') return [];
    const began = fired.get(key);
    fired.delete(key);
    const rule = source.rules.find(({ name }) => name === alert);
    return {
      name: alert,
      subject: labels.check ?? labels.trigger,
      severity: labels.severity ?? '',
      firedMs: began?.timeMs,
      resolvedMs: timeMs,
      /** What it said when it fired. */
      says: rule && began && alertText(rule, began).summary,
    };
  });
  return resolved.reverse().slice(0, shown);
}
