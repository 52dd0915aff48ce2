import { numberText, probesUpRecord, quorumPassRate, selectorText, testsJob } from '../../../alerts/index.ts';
import { type Matcher, mostClockSkewSeconds } from '../../../core/index.ts';
import { ofDeployment, recordedSignals } from './recorded-signals.ts';
import type { MonitoringSettings } from './settings.ts';

export interface RecordingRule {
  record: string;
  expr: string;
  labels: { deployment: string };
}

type Recorded = Omit<RecordingRule, 'labels'>;

const labelled = (rules: readonly Recorded[], { deployment }: MonitoringSettings): RecordingRule[] =>
  rules.map((rule) => ({ ...rule, labels: { deployment } }));

/** Every signal under a name of its own, as `deployment:operation_errors:ratio_rate5m`. */
export const signalRecordings = (settings: MonitoringSettings): RecordingRule[] =>
  labelled(
    recordedSignals(settings).map(({ record, expr }) => ({ record, expr })),
    settings,
  );

const status = 'vigil_check_status';
/** Names of the recordings across probes. */
export const quorumRecords = {
  probes: probesUpRecord,
  fresh: `probe:${status}:fresh`,
  failing: `check:${status}:failing_probes`,
  status: `check:${status}:quorum`,
  passRate: quorumPassRate,
  coverage: 'deployment:coverage_ratio:quorum',
} as const;

const ofJob = (job: string): Matcher => ({ label: 'job', operator: '=', value: job });

/**
 * After how long a probe's last cycle proves nothing any more: when the next one is late by an interval, so that a lost shard
 * is unknown within one; a scrape may be late as well, and a silent watch is told of anyway.
 */
function secondsOfProof({ rules, cycle, scrapeIntervalMs }: MonitoringSettings): number {
  const limit = rules.find(({ name }) => name === 'TestSuiteNotRunning')?.limit;
  if (!limit) throw new RangeError('TestSuiteNotRunning has no limit');
  const lateMs = Math.max(2 * cycle.intervalMs, cycle.intervalMs + 2 * scrapeIntervalMs);
  return Math.min(limit.value, lateMs / 1000);
}

/**
 * What the probes say together: a check failed (0), passed (1) or was skipped (3) when at least `quorum` probes
 * with a fresh cycle say so, and is unknown (2) when fewer agree, so that one dead or lying probe neither fails
 * nor passes anything.
 */
export function quorumRecordings(settings: MonitoringSettings): RecordingRule[] {
  const { quorum, naming } = settings;
  const { probes, fresh, failing, status: judged, passRate, coverage } = quorumRecords;
  // Not by instance: where a check tells of none of a service, that is the Vigil which was scraped.
  const ofCheck = 'by (check, service)';
  const own = (metric: string, job?: string) =>
    selectorText({
      metric,
      matchers: [...(job === undefined ? [] : [ofJob(job)]), ofDeployment(settings)],
    });
  const agreed = (value: number) =>
    `(count ${ofCheck} (${own(fresh)} == ${value}) >= ${quorum}) * 0 + ${value}`;
  const among = (value: number) => `(count(${own(judged)} == ${value}) or vector(0))`;
  const age = `time() - ${own('vigil_last_cycle_timestamp_seconds')}`;
  // A cycle that ends after now is of a clock that is ahead: it would stay fresh long after its watch is gone.
  const isFresh = `(${age} >= -${mostClockSkewSeconds}) <= ${numberText(secondsOfProof(settings))}`;
  const recorded = [
    { record: probes, expr: `sum(${own('up', testsJob(naming))})` },
    {
      record: fresh,
      expr: `${own(status)} and on (job, probe) (${isFresh})`,
    },
    { record: failing, expr: `sum ${ofCheck} (${own(fresh)} == bool 0)` },
    {
      record: judged,
      expr: `${[0, 1, 3].map(agreed).join(' or ')} or count ${ofCheck} (${own(status)}) * 0 + 2`,
    },
    { record: passRate, expr: `${among(1)} / (${among(0)} + ${among(1)} + ${among(2)})` },
    // Of the whole catalogue: what the shards that still run leave out is not covered.
    { record: coverage, expr: `(${among(0)} + ${among(1)}) / max(${own('vigil_catalogue_checks')})` },
  ];
  return labelled(recorded, settings);
}
