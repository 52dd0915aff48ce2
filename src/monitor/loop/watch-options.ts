import type {
  AlertEvent,
  AlertRule,
  Dispatcher,
  EngineState,
  Escalation,
  NotificationEvent,
  ReceiptReceiver,
  SignalNaming,
  SpareOutbox,
  StepInputs,
} from '../../alerts/index.ts';
import type { Family, Witness } from '../../clients/index.ts';
import type { CheckDefinition, Redactor, ThresholdTable, VigilConfig } from '../../core/index.ts';
import type { History, Snapshot } from '../../history/index.ts';
import type { Harness, RunContext } from '../../suite/index.ts';
import type { CycleRecord } from '../cycle/cycle-record.ts';
import type { TestTotals } from '../metrics/cycle-metrics.ts';
import type { Telemetry } from '../telemetry/open-telemetry.ts';
import type { WatchClock } from './clock.ts';
import type { Leadership } from './leadership.ts';
import type { Recording } from './recording.ts';
import type { Scrape } from './scrape.ts';
import type { StatusInput } from './watch-status.ts';

/** How a sentinel is sent, and where it must arrive. */
export interface SentinelOptions {
  receiver: ReceiptReceiver;
  everyMs: number;
  timeoutMs: number;
}

/** How long and how often is watched, by whom a watch is ended, and where it speaks. */
export interface Watching {
  config: VigilConfig;
  /** Of this Vigil. */
  version: string;
  intervalMs: number;
  durationMs: number | undefined;
  /** Goes on after the duration at this interval; ends without it. */
  thenIntervalMs?: number | undefined;
  /** One cycle, for the slot of now; then it ends, once everybody who is to be told has been. */
  isSingle?: boolean | undefined;
  signal: AbortSignal;
  say(line: string): void;
}

/** What those above the loop do with its alerts. */
export interface AlertHooks {
  /** What a person on call does when this trigger calls for a rollback. */
  rollbackAdvice?: ((trigger: string) => string) | undefined;
  /** Why a call for a rollback need not be told; only where a rollback begins by itself. */
  rollbackAnswer?: StepInputs['answerOf'];
  /** Told after every evaluation, with what is pending and firing. */
  onEvaluated?(state: EngineState): void;
}

export interface WatchOptions extends Watching, AlertHooks {
  harness: Harness;
  catalogue: readonly CheckDefinition[] | undefined;
  /** The folder of the suite, for where its checks stand. */
  suiteRoot: string;
  history: History;
  dispatcher: Dispatcher;
  /** Where the dispatcher finds what is to be told. */
  outbox?: SpareOutbox | undefined;
  /** Whether the history can be written; followed by the watch itself without it. */
  recording?: Recording | undefined;
  /** Where several Vigils share a ledger. */
  leadership?: Leadership | undefined;
  route: (event: NotificationEvent) => readonly string[];
  /** Which channels hear of an alert when nobody has acknowledged it for a while. */
  escalate?: ((event: AlertEvent) => readonly Escalation[]) | undefined;
  redactor: Redactor;
  url: string;
  /** Time to the next look while a first failure is being confirmed. */
  fastMs: number;
  sampleMs: number;
  /** Told when the duration is over. */
  onEnd?(): Promise<void> | void;
  sentinel?: SentinelOptions | undefined;
  clock: WatchClock;
  runCycle(context: RunContext, snapshots: readonly Snapshot[], signal: AbortSignal): Promise<CycleRecord>;
  /** Where the spans of the cycles go; nowhere without it. */
  telemetry?: Pick<Telemetry, 'begin'> | undefined;
  /** What this watch itself asked of the services. */
  ownRequests?: { families(): Family[] } | undefined;
  /** Looks whether the evidence is still there, after each cycle and scrape; as often as it costs little, whether the whole of it is sound. */
  checkEvidence(isWhole: boolean): Promise<number> | undefined;
  /** Tells whether the watch itself is cut off. */
  witness?: Pick<Witness, 'isOffline'> | undefined;
  /** Scrapes everything the signals are made of. */
  scrape(): Promise<Scrape[]>;
  /** Writes what else a cycle leaves under reports/; returns what could not be written. */
  keepFiles(record: CycleRecord, totals: TestTotals): string[];
}

export interface Watch {
  startedMs: number;
  /** What the rules judge by: the limits in force, the rules made with them, the names of the series. */
  table: ThresholdTable;
  rules: readonly AlertRule[];
  naming: SignalNaming;
  /** Watches until the duration is over or the signal comes. */
  run(): Promise<void>;
  status(): StatusInput;
  /** The metrics of the last cycle and of the watch itself. */
  families(): Family[];
  lastTickMs(): number;
  /** How long ago the loop turned last, by the clock that nobody can set. */
  sinceTickMs(): number;
  /** Writes down again what only a database that is gone had. */
  evidenceRenewed(): void;
  /** Keeps a sentence among the warnings of the status, and says it. */
  warn(text: string): void;
}
