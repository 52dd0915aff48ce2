import type { EngineState, NotificationEvent } from '../../alerts/index.ts';
import type { Redactor, VigilConfig } from '../../core/index.ts';
import type { LastingHistory } from '../../history/index.ts';
import type { StartEmbedded } from '../../suite/index.ts';
import type { SuiteToRun } from '../cycle/run-and-judge.ts';
import type { Extension } from './serve.ts';
import type { Watch } from './watch-options.ts';

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
export interface LoopAdditions {
  extensions: readonly Extension[];
  rollbackAdvice(trigger: string): string;
  onEvaluated(state: EngineState): void;
  /** Told when the watch exists, before it begins. */
  onOpened(watch: Watch): void;
}

export interface LoopOptions {
  config: VigilConfig;
  /** Of the configuration: what it names is relative to it. */
  folder: string;
  suite: SuiteToRun & { beside?: SuiteToRun };
  /** Of this Vigil. */
  version: string;
  intervalMs: number;
  durationMs: number | undefined;
  /** Goes on after the duration at this interval; ends without it. */
  thenIntervalMs: number | undefined;
  host: string;
  port: number;
  signal: AbortSignal;
  say(line: string): void;
  startEmbedded: StartEmbedded;
  additions(given: LoopSurroundings): LoopAdditions;
  /** Told when the duration is over. */
  onEnd(say: (line: string) => void): Promise<void>;
}
