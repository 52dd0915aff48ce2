import { matches } from '../core/index.ts';
import { storedBaseline } from './baseline.ts';
import { decisionsIn, latestDecision, takenStages } from './decisions.ts';
import type { HistoryReader } from './history.ts';
import { entries, journals } from './journal.ts';
import { maintenanceIn } from './maintenance.ts';
import { countsOf } from './read-counts.ts';
import { readCoverage } from './read-coverage.ts';
import { cycleOf, liveSamplesOf, outcomeCountsOf, passRateOf, pointsOf, stripsOf } from './read-cycles.ts';
import { snapshotsOf } from './read-snapshots.ts';
import { readViolations } from './read-violations.ts';
import type { openSamples } from './samples.ts';
import { gridsOf } from './slots.ts';
import { loadState, stateSavedMs } from './state.ts';
import type { Store } from './store.ts';
import { tallyOf } from './tally.ts';

/** What every reader stands on. */
export interface Parts {
  store: Store;
  samples: ReturnType<typeof openSamples>;
  now: () => Date;
}

/** The questions, over one connection. */
export function readerOf({ store, samples, now }: Parts): HistoryReader {
  return {
    file: store.file,
    snapshots: (fromMs, limit = 1000, targetId) =>
      snapshotsOf(store, { fromMs, limit, targetId }).map(({ snapshot }) => snapshot),
    violations: (limit) => readViolations(store, limit),
    passRate: (fromMs, toMs, targetId) => passRateOf(store, { fromMs, toMs, targetId }),
    tally: (fromMs, toMs, targetId) => tallyOf(store, { fromMs, toMs, targetId }),
    points: (signal, fromMs, toMs, targetId) => pointsOf(store, signal, { fromMs, toMs, targetId }),
    liveSamples: (fromMs, toMs, targetId) => liveSamplesOf(store, { fromMs, toMs, targetId }),
    outcomes: (range, check) => stripsOf(store, range, check),
    outcomeCounts: (range, bucketMs) => outcomeCountsOf(store, range, bucketMs),
    latestCycle: (targetId) => cycleOf(store, { targetId }),
    cycle: (id) => cycleOf(store, { id }),
    coverage: (fromMs, toMs) => readCoverage(store, { fromMs, toMs, nowMs: now().getTime() }),
    grids: () => gridsOf(store),
    metrics: () => samples.metrics(),
    samples({ name, labels = {} }, fromMs, toMs) {
      const wanted = Object.entries(labels);
      const isSelected = (own: Readonly<Record<string, string>>) =>
        wanted.every(([label, value]) => (own[label] ?? '') === value);
      return samples.read({ name, isSelected, fromMs, toMs });
    },
    series: (name, matchers, fromMs, toMs) =>
      samples.read({ name, isSelected: (labels) => matches(labels, matchers), fromMs, toMs }),
    newest: (name, matchers, fromMs, toMs) =>
      samples.newest({ name, isSelected: (labels) => matches(labels, matchers), fromMs, toMs }),
    counts: () => countsOf(store),
    transitions: (fromMs, toMs) => entries(store, journals.transitions, fromMs, toMs),
    notifications: (fromMs, toMs) => entries(store, journals.notifications, fromMs, toMs),
    deployments: (fromMs, toMs) => entries(store, journals.deployments, fromMs, toMs),
    rollbacks: (fromMs, toMs) => entries(store, journals.rollbacks, fromMs, toMs),
    decisions: (fromMs, toMs) => decisionsIn(store, fromMs, toMs),
    latestDecision: (via, to) => latestDecision(store, via, to),
    takenStages: (deployedMs) => takenStages(store, deployedMs),
    acknowledgements: (fromMs, toMs) => entries(store, journals.acknowledgements, fromMs, toMs),
    mutes: (fromMs, toMs) => entries(store, journals.mutes, fromMs, toMs),
    maintenance: (fromMs, toMs) => maintenanceIn(store, fromMs, toMs),
    baseline: () => storedBaseline(store),
    loadState: (key) => loadState(store, key),
    query: (sql) => store.ask(sql),
    rows: (sql, ...values) => store.all(sql, ...values),
    atOneInstant: (action) => store.frozen(action),
    stateSavedMs: (key) => stateSavedMs(store, key),
    close: () => store.close(),
  };
}
