import { immediateRule } from './immediate-rule.ts';
import type { Observation, Reading } from './inputs.ts';

/** The rule with one alert for each observation that could not be judged: nothing else would tell that it is missing. */
export const evaluationFailed = immediateRule('AlertEvaluationFailed', {
  severity: 'critical',
  priority: 'P1',
  signal: 'evaluation',
});

/** Says of an observation why it could not be judged as it came. */
export function evaluationFailure({ rule, labels = {} }: Observation, problem: string): Observation {
  const subject = Object.fromEntries(
    Object.entries(labels).filter(([name]) => name !== 'severity' && name !== 'priority'),
  );
  return {
    rule: evaluationFailed.name,
    labels: { ...subject, rule, problem },
    reading: { state: 'breached' },
  };
}

const rank: Record<Reading['state'], number> = { gone: 0, clear: 1, unknown: 2, breached: 3 };

/** Of two observations of one alert, the one that says the worse. */
export const worseOf = (a: Observation, b: Observation): Observation =>
  rank[b.reading.state] > rank[a.reading.state] ? b : a;
