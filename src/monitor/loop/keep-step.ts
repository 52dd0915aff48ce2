import type { DatabaseSync } from 'node:sqlite';
import {
  type AlertEvent,
  enqueue,
  type NotificationEvent,
  recordingRule,
  type SpareOutbox,
  type StepResult,
} from '../../alerts/index.ts';
import type { Redactor } from '../../core/index.ts';
import type { History } from '../../history/index.ts';
import type { LateEvent } from './escalate.ts';
import type { Leadership } from './leadership.ts';
import type { Recording } from './recording.ts';

/** What an evaluation changes, and whom it tells. */
interface Step {
  result: StepResult;
  events: readonly AlertEvent[];
  /** Those of the sentinel. */
  travelling: readonly AlertEvent[];
  /** What others hear of later. */
  late: readonly LateEvent[];
  /** Whether this Vigil tells people, of several that share a ledger. */
  isTelling: boolean;
  atMs: number;
}

interface StepKeeper {
  /**
   * Writes a step down in one transaction, with what could not be before; while nothing can be written it is kept and
   * queued in memory. Returns who hears of what later than others.
   */
  keep(step: Step): LateEvent[];
  /** Queues events in a database with the tables of the outbox. */
  queue(db: DatabaseSync, events: readonly NotificationEvent[], nowMs: number): void;
}

interface KeeperOptions {
  history: History;
  outbox: SpareOutbox;
  recording?: Recording | undefined;
  route: (event: NotificationEvent) => readonly string[];
  redactor: Redactor;
  leadership?: Pick<Leadership, 'holdBack' | 'noteEnds'> | undefined;
}

/** How many steps that change something are kept for when they can be written down. */
const longestBacklog = 1000;

/** Records what a step changed, and what it kept silent. */
function record(history: History, { transitions, muted }: StepResult): void {
  for (const { rule: alert, labels, from, to, atMs: timeMs, value } of transitions)
    history.recordTransition({ timeMs, alert, labels, from, to, value });
  for (const { rule: alert, labels, fingerprint: alertKey, atMs: timeMs, mute } of muted)
    history.recordMute({ timeMs, alert, alertKey, labels, ...mute });
}

/** Opens what keeps the steps of an evaluation. */
export function openStepKeeper(options: KeeperOptions): StepKeeper {
  const { history, outbox, recording, route, redactor, leadership } = options;
  /** Steps that could not be written down, the oldest first. */
  let backlog: Step[] = [];

  const queue = (db: DatabaseSync, events: readonly NotificationEvent[], nowMs: number) =>
    enqueue(db, events, { route, redactor, nowMs });

  const queueLate = (db: DatabaseSync, { late, atMs }: Step): LateEvent[] =>
    late.filter(
      ({ event, channels }) => enqueue(db, [event], { route: () => channels, redactor, nowMs: atMs }) > 0,
    );

  const writeDown = (step: Step): LateEvent[] => {
    const { result, events, travelling, isTelling, atMs } = step;
    const db = history.database;
    record(history, result);
    if (isTelling) {
      queue(db, events, atMs);
      leadership?.noteEnds(events, atMs);
    } else leadership?.holdBack(events, atMs);
    queue(db, travelling, atMs);
    return queueLate(db, step);
  };

  const keepInMemory = (step: Step): LateEvent[] => {
    const { result, events, travelling, isTelling, atMs } = step;
    const db = outbox.moveToMemory();
    // That this Vigil can't record is its own to tell, whoever leads.
    const own = events.filter(({ alertname }) => isTelling || alertname === recordingRule.name);
    queue(db, [...own, ...travelling], atMs);
    const isChange = result.transitions.length + result.muted.length + events.length > 0;
    if (isChange) backlog = [...backlog, step].slice(-longestBacklog);
    return queueLate(db, step);
  };

  return {
    queue,
    keep(step) {
      try {
        const late = history.transaction(() => {
          outbox.writeBack();
          for (const before of backlog) writeDown(before);
          const queued = writeDown(step);
          history.saveState('alerts', step.result.state);
          return queued;
        });
        outbox.moveBack();
        backlog = [];
        recording?.succeeded();
        return late;
      } catch (thrown) {
        if (!recording?.failed(thrown)) throw thrown;
        return keepInMemory(step);
      }
    },
  };
}
