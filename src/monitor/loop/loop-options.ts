import type { NotificationEvent } from '../../alerts/index.ts';
import type { Redactor } from '../../core/index.ts';
import type { LastingHistory } from '../../history/index.ts';
import type { StartEmbedded } from '../../suite/index.ts';
import type { CycleRecord } from '../cycle/cycle-record.ts';
import type { SuiteToRun } from '../cycle/run-and-judge.ts';
import type { WrittenCycle } from '../cycle/write-cycle.ts';
import type { Leadership } from './leadership.ts';
import type { Extension, Mount } from './serve.ts';
import type { AlertHooks, Watch, Watching } from './watch-options.ts';
import type { StatusHeadline } from './watch-status.ts';

/** Runs what needs a process of its own when it may. */
export type InTurn = <T>(run: () => Promise<T>) => Promise<T>;

/** What those above the loop are given of it. */
export interface LoopSurroundings {
  history: LastingHistory;
  /** Why nothing can be recorded, while it can't. */
  unrecorded(): string | undefined;
  /** Where several Vigils share a ledger. */
  leadership: Leadership | undefined;
  targetId: string;
  redactor: Redactor;
  /** Queues events that are no alerts of the rules. */
  queue(events: readonly NotificationEvent[]): void;
  say(line: string): void;
}

/** What those above the loop add to it: the gate and the page on its port, the rollback. */
export interface LoopAdditions extends Required<AlertHooks> {
  extensions: readonly Extension[];
  /** What to do now, and why; `undefined` before there is a watch. */
  headline?(): StatusHeadline | undefined;
  /** Told when the watch exists, before it begins. */
  onOpened(watch: Watch): void;
}

export interface LoopOptions extends Watching {
  /** Of the configuration: what it names is relative to it. */
  folder: string;
  suite: SuiteToRun & { probeSuite?: SuiteToRun };
  host: string;
  port: number;
  /** Answers below an address of a port that several share, instead of on its own. */
  mount?: Mount | undefined;
  /** Waits until a suite's process may be started; without it at once. */
  inTurn?: InTurn | undefined;
  startEmbedded: StartEmbedded;
  additions(given: LoopSurroundings): LoopAdditions;
  /** Told of each cycle that is recorded, with the files that it left. */
  onCycle?: ((record: CycleRecord, written: WrittenCycle) => void) | undefined;
  /** Told when the duration is over. */
  onEnd(say: (line: string) => void): Promise<void>;
}
