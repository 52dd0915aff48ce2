import path from 'node:path';
import type { CycleSignals, RollbackTriggers } from '../../alerts/index.ts';
import { type Family, formatExposition } from '../../clients/index.ts';
import { deploymentLabel, subjectLabels, writeAtomically } from '../../core/index.ts';
import { type CheckOutcome, type Outcome, uncleanedBy } from '../../suite/index.ts';

export type Entry = readonly [labels: Record<string, string>, value: number | undefined];

/** A metric with its help: one value without labels, or several with theirs. */
export type Metric = readonly [name: string, help: string, value: number | undefined | readonly Entry[]];

/** Metrics as families of the entries that have a value, none without any; what is named `_total` is a counter. */
export function familiesOf(metrics: readonly Metric[]): Family[] {
  return metrics.flatMap(([name, help, given]) => {
    const entries: readonly Entry[] = typeof given === 'object' ? given : [[{}, given]];
    const samples = entries.flatMap(([labels, value]) =>
      value === undefined ? [] : [{ name, labels, value }],
    );
    const type = name.endsWith('_total') ? 'counter' : 'gauge';
    return samples.length === 0 ? [] : [{ name, type, help, samples }];
  });
}

/** Test counters accumulated over the cycles. */
export interface TestTotals {
  total: number;
  passed: number;
  failed: number;
  skipped: number;
}

export interface MeasuredCycle {
  startedAt: Date;
  durationMs: number;
  outcomes: readonly CheckOutcome[];
  signals: CycleSignals;
  /** Label of everything exposed, where several watches look at one target. */
  probe?: string | undefined;
  /** Checks of the whole catalogue; without one the outcomes are all there is. */
  catalogueSize?: number | undefined;
  /** Problems of the run as a whole. */
  problems?: readonly string[];
}

const statusValue: Record<Outcome, number> = { fail: 0, pass: 1, unknown: 2, skipped: 3 };

const triggerOf: Readonly<Record<string, string>> = {
  R01: 'error_ratio',
  R02: 'pass_rate',
  R03: 'latency_p95',
};

/** What the checks of a cycle say of the triggers: an unknown one, or one that is only pending, says nothing. */
function triggersOf(outcomes: readonly CheckOutcome[]): RollbackTriggers {
  return Object.fromEntries(
    outcomes.flatMap(({ id, outcome }) => {
      const trigger = triggerOf[id];
      return trigger && (outcome === 'fail' || outcome === 'pass') ? [[trigger, outcome === 'fail']] : [];
    }),
  );
}

const worstFirst: readonly Outcome[] = ['fail', 'unknown', 'pass', 'skipped'];

/** One outcome per series: suites without a catalogue may name two cases alike, and a series that is there twice spoils the whole file. */
function oneEach(outcomes: readonly CheckOutcome[]): CheckOutcome[] {
  const worst = outcomes.toSorted((a, b) => worstFirst.indexOf(a.outcome) - worstFirst.indexOf(b.outcome));
  const first = new Map<string, CheckOutcome>();
  for (const check of worst) {
    const key = `${check.group}\u0000${check.id}`;
    if (!first.has(key)) first.set(key, check);
  }
  return outcomes.filter((check) => first.get(`${check.group}\u0000${check.id}`) === check);
}

/** Adds a cycle to the totals: an unknown is executed, but neither passed nor failed. */
export function addToTotals(
  before: TestTotals,
  { passed, failed, unknown, skipped }: CycleSignals,
): TestTotals {
  return {
    total: before.total + passed + failed + unknown,
    passed: before.passed + passed,
    failed: before.failed + failed,
    skipped: before.skipped + skipped,
  };
}

/** The families with a label of every sample; as they are where it has no value. */
export function withLabel(
  families: Family[],
  label: 'probe' | 'deployment',
  value: string | undefined,
): Family[] {
  if (value === undefined) return families;
  return families.map((one) => ({
    ...one,
    samples: one.samples.map((sample) => ({ ...sample, labels: { ...sample.labels, [label]: value } })),
  }));
}

/** The metrics of the last cycle, in base units, for the text format; a loop knows more of the triggers than the cycle. */
export function cycleMetrics(
  prefix: string,
  cycle: MeasuredCycle,
  totals: TestTotals,
  triggers: RollbackTriggers = triggersOf(cycle.outcomes),
): Family[] {
  const { signals } = cycle;
  const perCheck = (valueFor: (check: CheckOutcome) => number | undefined) =>
    oneEach(cycle.outcomes).map((check): Entry => {
      const labels = { check: check.id, group: check.group, ...subjectLabels(check.definition) };
      return [labels, valueFor(check)];
    });
  const families = familiesOf([
    [`${prefix}_tests_total`, 'Checks that were executed.', totals.total],
    [`${prefix}_tests_passed_total`, 'Checks that passed.', totals.passed],
    [`${prefix}_tests_failed_total`, 'Checks that failed.', totals.failed],
    [`${prefix}_tests_skipped_total`, 'Checks that were skipped for a declared reason.', totals.skipped],
    [`${prefix}_test_pass_rate`, 'Passed / (passed + failed + unknown) of the last cycle.', signals.passRate],
    [
      'vigil_check_status',
      'Outcome of the last cycle: 0 fail, 1 pass, 2 unknown, 3 skipped.',
      perCheck(({ outcome }) => statusValue[outcome]),
    ],
    [
      'vigil_check_duration_seconds',
      'Duration in the last cycle.',
      perCheck(({ durationMs }) => (durationMs === undefined ? undefined : durationMs / 1000)),
    ],
    [
      'vigil_check_uncleaned',
      'What a check could not clean up after itself in the last cycle; absent where nothing is left.',
      perCheck((check) => uncleanedBy(check) || undefined),
    ],
    ['vigil_cycle_duration_seconds', 'Duration of the last cycle.', cycle.durationMs / 1000],
    [
      'vigil_last_cycle_timestamp_seconds',
      'When the last cycle ended.',
      (cycle.startedAt.getTime() + cycle.durationMs) / 1000,
    ],
    ['vigil_coverage_ratio', 'Executed checks / catalogue, last cycle.', signals.coverage],
    ['vigil_cycle_problems', 'Problems of the last run as a whole; 0 without any.', cycle.problems?.length],
    [
      'vigil_catalogue_checks',
      'Checks of the whole catalogue, of which a shard runs a part.',
      cycle.catalogueSize ?? cycle.outcomes.length,
    ],
    [
      'vigil_rollback_required',
      '1 when a rollback trigger has held for its whole time; absent while that is unknown.',
      Object.entries(triggers).map(([trigger, isRequired]) => [{ trigger }, Number(isRequired)]),
    ],
  ]);
  return withLabel(families, 'probe', cycle.probe);
}

/** Writes the cycle's metrics for node_exporter's textfile collector: atomically, without timestamps; returns the file. */
export function writeMetricsFile(
  reports: string,
  prefix: string,
  cycle: MeasuredCycle & { target: { name: string } },
  totals: TestTotals,
): string {
  const file = path.join(reports, 'metrics.prom');
  const families = withLabel(
    cycleMetrics(prefix, cycle, totals),
    'deployment',
    deploymentLabel(cycle.target),
  );
  writeAtomically(file, formatExposition(families));
  return file;
}
