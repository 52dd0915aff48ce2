import { alertText } from '../../../alerts/index.ts';
import { seriesText, type Transition } from '../../../history/index.ts';
import { type Facts, lookBackMs } from '../facts.ts';

/** An alert that fired and is over. */
export interface ResolvedView {
  name: string;
  subject?: string;
  severity: string;
  firedMs?: number;
  resolvedMs: number;
  /** What it said when it fired. */
  says?: string;
}

const shown = 20;
const keyOf = ({ alert, labels }: Transition): string => seriesText({ name: alert, labels });

/** The alerts that were resolved in the last 48 h, the newest first. */
export function resolvedViews({ source, nowMs }: Facts): ResolvedView[] {
  const transitions = source.history.transitions(nowMs - lookBackMs, nowMs);
  const fired = new Map<string, Transition>();
  const resolved: ResolvedView[] = [];
  for (const transition of transitions) {
    if (transition.to === 'firing' && transition.from !== 'firing') fired.set(keyOf(transition), transition);
    if (transition.to !== 'resolved') continue;
    const began = fired.get(keyOf(transition));
    fired.delete(keyOf(transition));
    const { alert, labels, timeMs } = transition;
    const rule = source.rules.find(({ name }) => name === alert);
    const value = began?.value;
    const says = rule && began && alertText(rule, { labels, ...(value !== undefined && { value }) }).summary;
    const subject = labels.check ?? labels.trigger;
    resolved.push({
      name: alert,
      severity: labels.severity ?? '',
      resolvedMs: timeMs,
      ...(subject && { subject }),
      ...(began && { firedMs: began.timeMs }),
      ...(says && { says }),
    });
  }
  return resolved.reverse().slice(0, shown);
}
