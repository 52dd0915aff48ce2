import type { NotificationEvent } from '../../alerts/index.ts';
import type { Redactor } from '../../core/index.ts';
import type { LastingHistory } from '../../history/index.ts';
import type { StartEmbedded } from '../../suite/index.ts';
import type { SuiteToRun } from '../cycle/run-and-judge.ts';
import type { Extension } from './serve.ts';
import type { AlertHooks, Watch, Watching } from './watch-options.ts';

/** What those above the loop are given of it. */
export interface LoopSurroundings {
  history: LastingHistory;
  targetId: string;
  redactor: Redactor;
  /** Queues events that are no alerts of the rules. */
  queue(events: readonly NotificationEvent[]): void;
  say(line: string): void;
}

/** What those above the loop add to it: the gate and the page on its port, the rollback. */
export interface LoopAdditions extends Required<AlertHooks> {
  extensions: readonly Extension[];
  /** Told when the watch exists, before it begins. */
  onOpened(watch: Watch): void;
}

export interface LoopOptions extends Watching {
  /** Of the configuration: what it names is relative to it. */
  folder: string;
  suite: SuiteToRun & { beside?: SuiteToRun };
  host: string;
  port: number;
  startEmbedded: StartEmbedded;
  additions(given: LoopSurroundings): LoopAdditions;
  /** Told when the duration is over. */
  onEnd(say: (line: string) => void): Promise<void>;
}
