import type { LabelSet, Matcher, Priority, Severity } from '../rules/rule.ts';

/** What a rule's condition was for one label set. `gone` says that its subject exists no more, as a check that left the catalogue. */
export interface Reading {
  state: 'breached' | 'clear' | 'unknown' | 'gone';
  value?: number | undefined;
}

/** One reading of one rule. An unknown one without labels speaks for every alert of the rule. */
export interface Observation {
  rule: string;
  /** Labels of the instance; none for a rule with one alert. They win over the rule's own, as for a check's priority. */
  labels?: LabelSet;
  reading: Reading;
  /** Whether the deployment brought it, by comparison with the baseline; true unless said otherwise. */
  isNew?: boolean | undefined;
  /** How long it must hold, where instances of a rule differ. */
  forMs?: number;
  /** Why it could not be judged; its reading is unknown then. */
  problem?: string | undefined;
  /** What made it so, as text that is the same for all that is so by it. */
  cause?: string | undefined;
  /** It says again what other alerts of its cause say. */
  isDerived?: boolean | undefined;
  /** Somebody mends it already: it is no news, and explains nothing. */
  isQuarantined?: boolean | undefined;
  /** At least so many of the alerts with these fingerprints explain it. */
  explainedBy?: { alerts: string[]; atLeast: number } | undefined;
}

/** A planned time in which matching alerts tell nobody. */
export interface MaintenanceWindow {
  matchers: readonly Matcher[];
  fromMs: number;
  toMs: number;
  reason: string;
}

/** Somebody took an alert: no reminders until it is resolved, or until `untilMs`. Of an earlier episode it means nothing. */
export interface Acknowledgement {
  /** The alert's fingerprint. */
  alertKey: string;
  who: string;
  timeMs: number;
  untilMs?: number | undefined;
}

export interface StepInputs {
  /** What was evaluated now; left out when the step is only to deliver what waits. */
  observations?: readonly Observation[];
  maintenance?: readonly MaintenanceWindow[];
  acknowledgements?: readonly Acknowledgement[];
  /** Fingerprints of the alerts that were told and that no channel has delivered. */
  undelivered?: ReadonlySet<string>;
  /** Why nobody need act on this episode of a call any more, as when it is acted on already. */
  answerOf?: ((alert: { fingerprint: string; firedAtMs: number }) => string | undefined) | undefined;
}

/** While an alert that meets `source` fires, those that meet `target` and have the same values of `equal` are silent. */
export interface Inhibition {
  name: string;
  source: readonly Matcher[];
  target: readonly Matcher[];
  equal: readonly string[];
  /** Whether what is new waits while the source is only pending: soon it is explained, or told. */
  holdWhilePending?: boolean;
  /** One depends on the other by the configuration: which alert it is matters, and what was told by itself stays told. */
  isDependency?: boolean;
}

/** An alert whose condition began `episodes` times within its last `readings` flaps, until `calm` in a row are clear. */
export interface FlappingPolicy {
  readings: number;
  episodes: number;
  calm: number;
}

/** What the engine must know of a rule. */
export interface EngineRule {
  name: string;
  labels: LabelSet;
  forMs: number;
  keepFiringMs: number;
  onlyNew: boolean;
  /** How often it is evaluated, where that is not the policy's interval, as for what only a cycle can tell. */
  intervalMs?: number;
  /** How long its group waits for company, where that is not the policy's time. */
  groupWaitMs?: number;
  /** It calls for an act, and is told although another alert of its cause is. */
  isCall?: boolean | undefined;
  /** How long after the end of what explains it it may begin, and last, and be nothing but its echo. */
  echo?: { beginsMs: number; lastsMs: number } | undefined;
  /** From when on an alert counts as flapping, and stays open until it has calmed down; without it none does. */
  flapping?: FlappingPolicy;
}

export interface EnginePolicy {
  evaluationIntervalMs: number;
  /** Two readings further apart than this many intervals prove nothing of the time between them. */
  maxGapIntervals: number;
  /** How long a group waits for company before it is told. */
  groupWaitMs: number;
  /** How long a call waits for its answer, where something may answer it without a person; else it is as urgent as it is. */
  callWaitMs?: number | undefined;
  /** Priorities that don't wait, nor let their group wait. */
  urgent: readonly Priority[];
  /** Labels whose values make a group. */
  groupBy: readonly string[];
  /** After how long a firing alert is told again; a severity that is left out is not. */
  remindAfterMs: Readonly<Partial<Record<Severity, number>>>;
  inhibitions: readonly Inhibition[];
  /** Labels that every alert is told with besides its own, as those that say of which deployment it is. */
  externalLabels?: LabelSet | undefined;
}

export interface EngineSetup {
  rules: readonly EngineRule[];
  policy: EnginePolicy;
}
