import type {
  Bound,
  BurnWindow,
  Matcher,
  Priority,
  Severity,
  SignalName,
  ThresholdLevel,
  Unit,
} from '../../core/index.ts';
import type { NamedSignal } from '../signals/algebra/named.ts';
import type { RuleCondition } from './condition.ts';

export type { Priority, Severity } from '../../core/index.ts';
export { type LabelSet, type Matcher, matches } from '../../core/index.ts';

export type RuleGroup = 'critical' | 'warnings' | 'performance' | 'health';

/** What a rule looks at; the figures of `threshold` and the budget of `burn` are those of the threshold table. */
export type RuleSubject =
  | { by: 'threshold'; signal: SignalName & NamedSignal; level: Exclude<ThresholdLevel, 'slo'> }
  /** The error budget burns more than `factor` times too fast, over the long and the short window. */
  | { by: 'burn'; window: BurnWindow }
  /** A bound that isn't an objective of the target. */
  | { by: 'bound'; signal: NamedSignal; unit: Unit; bound: Bound }
  /** The age of the last cycle against the interval of the cycles; that there was none is a breach too. */
  | { by: 'cycle age' }
  | { by: 'absence'; signal: 'operations'; forSeconds: number };

/** A rule as it is written down. Templates know `{value}`, `{limit}`, `{for}`, `{label:NAME}`, `{at:NAME}` (“ at ” and the label, where it is there) and the spans of `AlertRule`. */
export interface RuleDefinition {
  name: string;
  group: RuleGroup;
  priority: Priority;
  /** Value of the label `signal`, by which a critical alert silences the warning of the same signal. */
  topic: string;
  subject: RuleSubject;
  /** How long it goes on firing after the condition ended, where figures hover around their limit. */
  keepFiringSeconds?: number;
  summary: string;
  description: string;
  /** What the person on call does first. */
  next: string;
  /** Failures that were there before the deployment don't count. */
  onlyNew?: true;
}

/** A rule made with the limits in force: plain data, evaluated here and rendered to Prometheus. */
export interface AlertRule {
  name: string;
  group: RuleGroup;
  priority: Priority;
  severity: Severity;
  condition: RuleCondition;
  /** Unit of the value; `undefined` where the value says nothing, as for an absence. */
  unit: Unit | undefined;
  limit: Bound | undefined;
  forSeconds: number;
  keepFiringSeconds: number;
  /** Other times that the texts name, in seconds: `{long}` and `{short}` windows, `{window}`, `{after}` limit and `for`. */
  spans: Readonly<Record<string, number>>;
  /** Labels beside `alertname`: `severity`, `priority` and `signal`. */
  labels: Readonly<Record<string, string>>;
  /** Which labels its alerts have besides, by what is configured; `undefined` where only the samples say. */
  about: readonly Matcher[] | undefined;
  summary: string;
  description: string;
  next: string;
  /** Place in the docs: `docs/incident-response.md#highlatencyp95`. */
  runbook: string;
  onlyNew: boolean;
  /** What each rollback trigger is judged by, where the rule has an alert for each. */
  triggers?: Readonly<Record<string, TriggerLimit>> | undefined;
  /** What its condition looks at, as the cause that other alerts name. */
  cause: string | undefined;
  /** How far back its condition looks at most once what breached it is over. */
  lookBackSeconds: number;
}

/** What a rollback trigger is judged by, in the words of its threshold. */
export interface TriggerLimit
  extends Pick<AlertRule, 'unit' | 'limit' | 'forSeconds' | 'summary' | 'description'> {
  /** What is so, as the middle of a sentence: `P95 latency {value} ({limit})`. */
  says: string;
}

/** Severity of a priority: P0–P1 critical, P2–P3 warning, P4 info. */
export function severityOf(priority: Priority): Severity {
  if (priority === 'P0' || priority === 'P1') return 'critical';
  return priority === 'P4' ? 'info' : 'warning';
}

/** Where the docs tell what to do for an alert. */
export function runbookOfAlert(name: string): string {
  return `docs/incident-response.md#${name.toLowerCase()}`;
}
