import type { AlertRule, SignalNaming } from '../../alerts/index.ts';
import { byText, type CheckDefinition, type Matcher, type ThresholdTable } from '../../core/index.ts';
import type {
  CycleReader,
  Deployment,
  JournalReader,
  RecordedAcknowledgement,
  RecordedCycle,
  RecordedMaintenance,
  SampleReader,
  StateReader,
} from '../../history/index.ts';
import { recordedCycleOf, type StatusInput } from '../../monitor/index.ts';
import type { RollbackRun, ShadowRollback } from '../../release/index.ts';
import type { SuitePlace } from '../../suite/index.ts';
import type { RolloutFacts } from './rollout-facts.ts';

/** What the page is made from: the evidence, and the watch that is running now. */
export interface PageSource {
  /** The deployment's name. */
  name: string;
  history: CycleReader & JournalReader & SampleReader & StateReader;
  table: ThresholdTable;
  rules: readonly AlertRule[];
  naming: SignalNaming;
  catalogue: readonly CheckDefinition[] | undefined;
  /** The running watch. */
  status(): StatusInput;
  /** When the watch last went round, and how often it does. */
  lastTickMs(): number;
  sampleMs: number;
  /** When the watch ends by itself; `undefined` when it goes on. */
  endsMs?: number | undefined;
  /** The rollout as recorded; `undefined` when none is. */
  rollout?: ((nowMs: number) => RolloutFacts | undefined) | undefined;
  /** The address of a trace in the store that is configured. */
  traceUrl?: ((traceId: string) => string) | undefined;
  /** Where the checks stand. */
  suite: SuitePlace | undefined;
  /** A command of this program, to be pasted, as this watch was started. */
  ownCommand(words: readonly string[]): string;
  /** Whether Vigil can roll back here. */
  isRollbackConfigured: boolean;
  /** Whether alerts can be acknowledged and silenced over the port, with the token. */
  isChangeable: boolean;
  /** How a rollback is begun, by the trigger that calls for it. */
  rollbackAdvice?: ((trigger: string) => string) | undefined;
  /** Why the release is not the cause of what a trigger calls for one by; `undefined` while it may be. */
  rollbackExplained?: ((trigger: string) => string | undefined) | undefined;
  /** Rollbacks under way in a range, oldest first. */
  rollbackRuns?: ((fromMs: number, toMs: number) => readonly RollbackRun[]) | undefined;
  /** Rollbacks that the loop would have started in a range, oldest first. */
  shadowRollbacks?: ((fromMs: number, toMs: number) => readonly ShadowRollback[]) | undefined;
}

/** Everything that the page says is derived from this; times in ms since 1970. */
export interface Facts {
  nowMs: number;
  source: PageSource;
  status: StatusInput;
  /** The newest recorded cycle, also one of a watch before this. */
  cycle: RecordedCycle | undefined;
  /** Whether the cycle is one of the watch that runs now. */
  isOwnCycle: boolean;
  acknowledgements: readonly RecordedAcknowledgement[];
  maintenance: readonly RecordedMaintenance[];
  deployments: readonly Deployment[];
  rollout: RolloutFacts | undefined;
  rollbacks: readonly RollbackRun[];
  shadows: readonly ShadowRollback[];
  /** The services that did not answer their last scrape, by name. */
  down: readonly string[];
  /** Since when nothing has gone round, when that is longer than it may be. */
  stalledSinceMs: number | undefined;
  /** When the schedule was ended, if it was. */
  endedMs: number | undefined;
}

/** What the page looks back on. */
export const pageLookBackMs = 48 * 3_600_000;

/** Rounds that may be left out before the watch counts as standing still; a busy machine needs some patience. */
const patienceMs = 30_000;

/** Scrapes that a service may miss before what it said last counts no more. */
const rememberedScrapes = 4;

/** The services of which an instance did not answer its last scrape. */
function downServices({ history, naming, sampleMs }: PageSource, nowMs: number): string[] {
  const services: Matcher = { label: 'job', operator: '=~', value: naming.services };
  const fromMs = nowMs - rememberedScrapes * sampleMs;
  const down = history
    .newest('up', [services], fromMs, nowMs)
    .filter(({ points }) => points.at(-1)?.value === 0);
  const named = down.map(({ labels: { service, job, instance } }) => {
    const name = service ?? job ?? 'a service';
    return instance === undefined ? name : `${name} at ${instance}`;
  });
  return [...new Set(named)].sort(byText);
}

/** Reads everything that the page says at one instant. */
export function gatherFacts(source: PageSource, nowMs: number): Facts {
  const { history } = source;
  const status = source.status();
  const own = status.last && recordedCycleOf(status.last, status.last.startedAt.getTime());
  const fromMs = nowMs - pageLookBackMs;
  const silentMs = nowMs - source.lastTickMs();
  return {
    nowMs,
    source,
    status,
    cycle: own ?? history.latestCycle(),
    isOwnCycle: own !== undefined,
    // Also those from long ago: an alert may have been taken days before.
    acknowledgements: history.acknowledgements(0, nowMs),
    maintenance: history.maintenance(nowMs, nowMs + pageLookBackMs),
    deployments: history.deployments(fromMs, nowMs),
    rollout: source.rollout?.(nowMs),
    rollbacks: source.rollbackRuns?.(fromMs, nowMs) ?? [],
    shadows: source.shadowRollbacks?.(0, nowMs) ?? [],
    down: status.values.uptime === 0 ? downServices(source, nowMs) : [],
    stalledSinceMs: silentMs > 4 * source.sampleMs + patienceMs ? source.lastTickMs() : undefined,
    endedMs: history.grids().at(-1)?.endMs,
  };
}
