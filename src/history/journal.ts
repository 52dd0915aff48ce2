import type { SQLInputValue } from 'node:sqlite';
import type { Row, Store } from './store.ts';

/** An alert that went from one state to another. */
export interface RecordedTransition {
  timeMs: number;
  alert: string;
  labels: Readonly<Record<string, string>>;
  from: string;
  to: string;
  value?: number | undefined;
  cycleId?: string | undefined;
}

/** One attempt to tell someone. */
export interface NotificationEntry {
  timeMs: number;
  channel: string;
  alertKey: string;
  status: string;
  attempt?: number | undefined;
  /** What was answered, free of secrets. */
  detail?: string | undefined;
}

export interface Deployment {
  timeMs: number;
  release: string;
  who?: string | undefined;
  note?: string | undefined;
}

/** One step of a rollback. */
export interface RollbackEntry {
  timeMs: number;
  kind: string;
  stage: string;
  status: string;
  reason?: string | undefined;
  who?: string | undefined;
  /** The release that is returned to. */
  release?: string | undefined;
  note?: string | undefined;
}

export interface RecordedAcknowledgement {
  timeMs: number;
  alertKey: string;
  who: string;
  /** Until when; without it, until the alert resolves. */
  untilMs?: number | undefined;
  note?: string | undefined;
}

/** A firing alert that is told to nobody from now on, and why. */
export interface MuteEntry {
  timeMs: number;
  alert: string;
  /** Its fingerprint. */
  alertKey: string;
  labels: Readonly<Record<string, string>>;
  kind: 'inhibited' | 'maintenance' | 'acknowledged';
  /** The alert that explains it, the window's reason, or who took it. */
  by: string;
}

type Value = string | number | Readonly<Record<string, string>> | undefined;

interface Table<T> {
  name: string;
  /** Column of each field; a leading `*` marks one that holds JSON. */
  columns: { [Field in keyof T]-?: string };
}

/** The tables that only ever grow, each a list of dated entries. */
export const journals: {
  transitions: Table<RecordedTransition>;
  notifications: Table<NotificationEntry>;
  deployments: Table<Deployment>;
  rollbacks: Table<RollbackEntry>;
  acknowledgements: Table<RecordedAcknowledgement>;
  mutes: Table<MuteEntry>;
} = {
  transitions: {
    name: 'transitions',
    columns: {
      timeMs: 'time_ms',
      alert: 'alert',
      labels: '*labels',
      from: '"from"',
      to: '"to"',
      value: 'value',
      cycleId: 'cycle_id',
    },
  },
  notifications: {
    name: 'notifications',
    columns: {
      timeMs: 'time_ms',
      channel: 'channel',
      alertKey: 'alert_key',
      status: 'status',
      attempt: 'attempt',
      detail: 'detail',
    },
  },
  deployments: {
    name: 'deployments',
    columns: { timeMs: 'time_ms', release: 'release', who: 'who', note: 'note' },
  },
  rollbacks: {
    name: 'rollbacks',
    columns: {
      timeMs: 'time_ms',
      kind: 'kind',
      stage: 'stage',
      status: 'status',
      reason: 'reason',
      who: 'who',
      release: 'release',
      note: 'note',
    },
  },
  acknowledgements: {
    name: 'acknowledgements',
    columns: { timeMs: 'time_ms', alertKey: 'alert_key', who: 'who', untilMs: 'until_ms', note: 'note' },
  },
  mutes: {
    name: 'mutes',
    columns: {
      timeMs: 'time_ms',
      alert: 'alert',
      alertKey: 'alert_key',
      labels: '*labels',
      kind: 'kind',
      by: 'by',
    },
  },
};

const isTime = (field: string): boolean => field.endsWith('Ms');

function toColumn(field: string, value: Value): SQLInputValue {
  if (value === undefined) return null;
  if (typeof value === 'object') return JSON.stringify(value);
  return isTime(field) ? Math.round(Number(value)) : value;
}

/** A row as an entry; columns without a value are left out. */
function toEntry<T>(fields: [field: string, column: string][], row: Row): T {
  return Object.fromEntries(
    fields.flatMap(([field, column]) => {
      const value = row[field];
      if (value === null || value === undefined) return [];
      return [[field, column.startsWith('*') ? JSON.parse(String(value)) : value]];
    }),
  ) as T;
}

/** Appends an entry. */
export function addEntry<T extends object>(store: Store, { name, columns }: Table<T>, entry: T): void {
  const fields = Object.entries<string>(columns);
  const names = fields.map(([, column]) => column.replace('*', '')).join(', ');
  const values = fields.map(([field]) => toColumn(field, (entry as Record<string, Value>)[field]));
  store.run(`INSERT INTO ${name} (${names}) VALUES (${fields.map(() => '?').join(', ')})`, ...values);
}

/** The entries of fromMs ≤ time ≤ toMs in the order in which they happened. */
export function entries<T>(store: Store, { name, columns }: Table<T>, fromMs: number, toMs: number): T[] {
  const fields = Object.entries<string>(columns);
  const names = fields.map(([field, column]) => `${column.replace('*', '')} AS "${field}"`).join(', ');
  return store
    .all(`SELECT ${names} FROM ${name} WHERE time_ms BETWEEN ? AND ? ORDER BY time_ms, id`, fromMs, toMs)
    .map((row) => toEntry<T>(fields, row));
}
