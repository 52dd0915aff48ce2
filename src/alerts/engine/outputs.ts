import type { LabelSet } from '../rules/rule.ts';
import type { IncidentSummary } from './incidents.ts';
import type { AlertRecord, Mute } from './state.ts';

export type AlertStatus = 'inactive' | 'pending' | 'firing' | 'resolved';

/** Which alert it is. */
interface Identity {
  fingerprint: string;
  rule: string;
  labels: LabelSet;
}

/** A change for the history. From a status to itself it says that data went missing, or came back. */
export interface Transition extends Identity {
  from: AlertStatus;
  to: AlertStatus;
  atMs: number;
  value: number | undefined;
  isNew: boolean;
}

/** An alert as it stands in a notification. */
export interface NotifiedAlert extends Identity {
  /** The first breached reading. */
  sinceMs: number;
  firedAtMs: number;
  resolvedAtMs: number | undefined;
  value: number | undefined;
  isNew: boolean;
  noDataSinceMs: number | undefined;
  /** While it flaps: how many of its last readings were breaches. */
  flapping: AlertRecord['flapping'];
  /** What it belongs to. */
  incident: IncidentSummary | undefined;
  /** What it is told with besides its own labels. */
  externalLabels: LabelSet | undefined;
  /** 1, 2, … in a reminder. */
  reminder: number | undefined;
}

/** Something to tell: the alerts of one group for one reason. */
export interface Notification {
  reason: 'firing' | 'reminder' | 'resolved';
  groupKey: string;
  atMs: number;
  alerts: NotifiedAlert[];
}

/** A firing alert that is not told from now on, and why; said once, and again when the reason changes. */
export interface MutedAlert extends Identity {
  atMs: number;
  mute: Mute;
}
