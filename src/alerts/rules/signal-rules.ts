import type { RuleDefinition, RuleSubject } from './rule.ts';
import { ruleDefinitions } from './rules.ts';

type Threshold = Extract<RuleSubject, { by: 'threshold' }>;
/** A rule that compares one signal with one level of its thresholds. */
export type SignalRule = Pick<RuleDefinition, 'name' | 'priority' | 'next'> &
  Pick<Threshold, 'signal' | 'level'>;

/** The rules that one cycle can judge by its own signals; whether a service is down it knows by itself. */
export const signalRules: readonly SignalRule[] = ruleDefinitions.flatMap(
  ({ name, priority, next, subject }) =>
    subject.by === 'threshold' && subject.signal !== 'uptime'
      ? [{ name, priority, next, signal: subject.signal, level: subject.level }]
      : [],
);
