import { alertText } from '../../../alerts/index.ts';
import { type RecordedTransition, seriesText } from '../../../history/index.ts';
import { type Facts, pageLookBackMs } from '../facts.ts';

/** An alert that fired and is over. */
export interface ResolvedView {
  name: string;
  subject: string | undefined;
  severity: string;
  firedMs: number | undefined;
  resolvedMs: number;
  /** What it said when it fired. */
  says: string | undefined;
}

const shown = 20;
const keyOf = ({ alert, labels }: RecordedTransition): string => seriesText({ name: alert, labels });

/** The alerts that were resolved in the last 48 h, the newest first. */
export function resolvedViews({ source, nowMs }: Facts): ResolvedView[] {
  const transitions = source.history.transitions(nowMs - pageLookBackMs, nowMs);
  const fired = new Map<string, RecordedTransition>();
  const resolved: ResolvedView[] = [];
  for (const transition of transitions) {
    if (transition.to === 'firing' && transition.from !== 'firing') fired.set(keyOf(transition), transition);
    if (transition.to !== 'resolved') continue;
    const began = fired.get(keyOf(transition));
    fired.delete(keyOf(transition));
    const { alert, labels, timeMs } = transition;
    const rule = source.rules.find(({ name }) => name === alert);
    resolved.push({
      name: alert,
      subject: labels.check ?? labels.trigger,
      severity: labels.severity ?? '',
      firedMs: began?.timeMs,
      resolvedMs: timeMs,
      says: rule && began && alertText(rule, began).summary,
    });
  }
  return resolved.reverse().slice(0, shown);
}
