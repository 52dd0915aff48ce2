import type { SQLInputValue } from 'node:sqlite';
import type { z } from 'zod';
import type { Series } from '../alerts/index.ts';
import { type LabelSet, type Matcher, matches } from '../core/index.ts';
import type { Ask } from './ask.ts';
import { storedBaseline } from './baseline.ts';
import { checkCyclesOf, checkTurnsOf } from './check-cycles.ts';
import { decisionsIn, latestDecision, takenStages } from './decisions.ts';
import { identitiesIn } from './identity.ts';
import { entries, type JournalName } from './journal.ts';
import { maintenanceIn } from './maintenance.ts';
import { readCoverage } from './read-coverage.ts';
import {
  type CycleRange,
  cycleOf,
  onlyDownOf,
  outcomeCountsOf,
  passRateOf,
  pointsOf,
  tallyOf,
} from './read-cycles.ts';
import { snapshotsOf } from './read-snapshots.ts';
import { gridsOf } from './slots.ts';
import { loadState, stateSavedMs } from './state.ts';

// Times are milliseconds since 1970, ranges closed at both ends unless said otherwise.

/** What cycles showed, and the slots that they ran for. */
export const cycleReader = (ask: Ask, now: () => Date) => ({
  /** The newest `limit` (default 1,000) snapshots of cycles started at `fromMs` or later, oldest first. */
  snapshots: (fromMs: number, limit = 1000, targetId?: string) =>
    ask(({ store }) => snapshotsOf(store, { fromMs, limit, targetId })),
  /** The newest `limit` limits that cycles showed crossed, oldest first, as they were recorded. */
  violations: (limit: number): unknown[] =>
    ask(({ store }) => store.all('SELECT body FROM violations ORDER BY seq DESC LIMIT ?', limit))
      .reverse()
      .map(({ body }) => JSON.parse(String(body))),
  /** Passed ÷ judged; `undefined` when nothing was judged. */
  passRate: (fromMs: number, toMs: number, targetId?: string) =>
    ask(({ store }) => passRateOf(store, { fromMs, toMs, targetId })),
  /** Cycles by verdict, and how many are of other targets. */
  tally: (fromMs: number, toMs: number, targetId?: string) =>
    ask(({ store }) => tallyOf(store, { fromMs, toMs, targetId })),
  onlyDown: (range: CycleRange) => ask(({ store }) => onlyDownOf(store, range)),
  /** A signal over time, cycles without a value left out. */
  points: (signal: string, fromMs: number, toMs: number, targetId?: string) =>
    ask(({ store }) => pointsOf(store, signal, { fromMs, toMs, targetId })),
  /** How often each check came to which outcome, by stretches of `bucketMs` counted from 1970. */
  outcomeCounts: (range: CycleRange, bucketMs: number) =>
    ask(({ store }) => outcomeCountsOf(store, range, bucketMs)),
  /** The newest `limit` cycles of a check in a range, the newest first. */
  checkCycles: (check: string, { fromMs, toMs }: CycleRange, limit: number) =>
    ask(({ store }) => checkCyclesOf(store, { check, fromMs, toMs, limit })),
  /** When a check passed last, and since when it fails. */
  checkTurns: (check: string) => ask(({ store }) => checkTurnsOf(store, check)),
  /** Whose evidence the cycles of a target are, as stretches of one identity, oldest first. */
  identities: (range: CycleRange) => ask(({ store }) => identitiesIn(store, range)),
  latestCycle: (targetId?: string) => ask(({ store }) => cycleOf(store, { targetId })),
  cycle: (id: string) => ask(({ store }) => cycleOf(store, { id })),
  /**
   * Slots observed and missed of those due in [fromMs, toMs). With `unscheduledMs`, the interval that is in force before
   * any schedule, time that no schedule covers counts too.
   */
  coverage: (fromMs: number, toMs: number, unscheduledMs?: number) =>
    ask(({ store }) => readCoverage(store, { fromMs, toMs, nowMs: now().getTime(), unscheduledMs })),
  /** The schedules so far, oldest first. */
  grids: () => ask(({ store }) => gridsOf(store)),
});

/** What was scraped. */
export const sampleReader = (ask: Ask, maxPoints: number | undefined) => ({
  /** The names of everything that was scraped. */
  metrics: () => ask(({ lists }) => lists.metrics()),
  /** Scraped samples of a metric, by series. */
  series: (name: string, matchers: readonly Matcher[], fromMs: number, toMs: number) =>
    ask(({ samples }) =>
      samples.read({ name, isSelected: (labels) => matches(labels, matchers), fromMs, toMs, maxPoints }),
    ),
  /** All series of several metrics, by metric: those that are scraped together are read in one go. */
  seriesOfAll: (names: readonly string[], fromMs: number, toMs: number) =>
    ask(({ samples }) => samples.readTogether(names, { fromMs, toMs, maxPoints })),
  /** The same as `series`, read in parts that may be interrupted; each part fails as the whole would. */
  *seriesInParts(
    name: string,
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
  ): Generator<undefined, Series[]> {
    const isSelected = (labels: LabelSet) => matches(labels, matchers);
    const parts = ask(({ samples }) => samples.readInParts({ name, isSelected, fromMs, toMs, maxPoints }));
    for (;;) {
      const part = ask(() => parts.next());
      if (part.done) return part.value;
      yield;
    }
  },
  /** How many points these series have together, and how many of them have this value. */
  countPoints: (
    name: string,
    matchers: readonly Matcher[],
    { fromMs, toMs }: { fromMs: number; toMs: number },
    value: number,
  ) =>
    ask(({ samples }) =>
      samples.count({ name, isSelected: (labels) => matches(labels, matchers), fromMs, toMs }, value),
    ),
  /** The newest value of each of these series. */
  newest: (name: string, matchers: readonly Matcher[], fromMs: number, toMs: number) =>
    ask(({ samples }) =>
      samples.newest({ name, isSelected: (labels) => matches(labels, matchers), fromMs, toMs }),
    ),
});

/** What happened and what people decided. */
export const journalReader = (ask: Ask) => {
  const entriesOf =
    <Name extends JournalName>(name: Name) =>
    (fromMs: number, toMs: number) =>
      ask(({ store }) => entries(store, name, fromMs, toMs));
  return {
    transitions: entriesOf('transitions'),
    /** Alerts that were told to nobody, each when that began and when its reason changed. */
    mutes: entriesOf('mutes'),
    deployments: entriesOf('deployments'),
    rollbacks: entriesOf('rollbacks'),
    acknowledgements: entriesOf('acknowledgements'),
    /** What the gate decided. */
    decisions: (fromMs: number, toMs: number) => ask(({ store }) => decisionsIn(store, fromMs, toMs)),
    latestDecision: (via: string, to: number) => ask(({ store }) => latestDecision(store, via, to)),
    /** The stages taken in the rollout of the deployment of that time. */
    takenStages: (deployedMs: number) => ask(({ store }) => takenStages(store, deployedMs)),
    /** Maintenance windows that touch the range; `(now, now)` for those that are open. */
    maintenance: (fromMs: number, toMs: number) => ask(({ store }) => maintenanceIn(store, fromMs, toMs)),
    baseline: () => ask(({ store }) => storedBaseline(store)),
  };
};

/** What is replaced as a watch goes on. */
export const stateReader = (ask: Ask) => ({
  /** The state under a key by its schema; `undefined` when none was saved, or it is damaged or of another version. */
  loadState: <T>(key: string, shape: z.ZodType<T>) => ask(({ store }) => loadState(store, key, shape)),
  /** When the state under a key was saved. */
  stateSavedMs: (key: string) => ask(({ store }) => stateSavedMs(store, key)),
});

/** Questions in SQL. */
export const rowReader = (ask: Ask) => ({
  /** Runs one SELECT with its values written out, for figures whose query is shown; anything that writes is refused. */
  query: (sql: string): Record<string, unknown>[] => ask(({ store }) => store.ask(sql)),
  /** Rows of tables that belong to other modules; damage is a HistoryError here too. */
  rows: (sql: string, ...values: SQLInputValue[]) => ask(({ store }) => store.all(sql, ...values)),
  /** Everything that `action` asks is answered as of one instant, whatever is recorded meanwhile. It must not be asynchronous. */
  atOneInstant: <T>(action: () => T): T => ask(({ store }) => store.frozen(action)),
});

export type CycleReader = ReturnType<typeof cycleReader>;
export type SampleReader = ReturnType<typeof sampleReader>;
export type JournalReader = ReturnType<typeof journalReader>;
export type StateReader = ReturnType<typeof stateReader>;
export type RowReader = ReturnType<typeof rowReader>;
