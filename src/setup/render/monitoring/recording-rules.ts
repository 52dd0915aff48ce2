import {
  burnRateOver,
  isMeasured,
  numberText,
  probesUpRecord,
  quorumPassRate,
  ruleDefinitions,
  scaledBy,
  signalExpressions,
  testsJob,
  toPromQL,
} from '../../../alerts/index.ts';
import { formatDuration } from '../../../core/index.ts';
import type { MonitoringSettings } from './settings.ts';

export interface RecordingRule {
  record: string;
  expr: string;
}

/** `errorRatio` as metrics are written: `error_ratio`. */
const snakeCase = (name: string): string =>
  name.replaceAll(
    /([a-z])([A-Z0-9])/g,
    (_, before: string, after: string) => `${before}_${after.toLowerCase()}`,
  );

/** Every signal under a name of its own, as `genesis:error_ratio`. */
export function signalRecordings({ naming, table }: MonitoringSettings): RecordingRule[] {
  const { prefix } = naming;
  const signals = Object.entries(signalExpressions(naming))
    .filter(([name]) => isMeasured(name, naming))
    .map(([name, expression]) => ({
      record: `${prefix}:${snakeCase(name)}`,
      expr: toPromQL(expression),
    }));
  const budget = table.errorRatio.slo?.value;
  const windows = ruleDefinitions.flatMap(({ subject }) =>
    subject.by === 'burn' && budget && isMeasured('errorRatio', naming)
      ? [subject.window.shortSeconds * 1000, subject.window.longSeconds * 1000]
      : [],
  );
  const burns = windows.map((windowMs) => ({
    record: `${prefix}:error_budget_burn:${formatDuration(windowMs)}`,
    expr: toPromQL(burnRateOver(naming, scaledBy(naming, windowMs), budget ?? 0)),
  }));
  return [...signals, ...burns];
}

const status = 'vigil_check_status';
/** Names of the recordings across probes. */
export const quorumRecords = {
  probes: probesUpRecord,
  fresh: `probe:${status}:fresh`,
  failing: `check:${status}:failing_probes`,
  status: `check:${status}:quorum`,
  passRate: quorumPassRate,
  coverage: 'vigil:coverage_ratio:quorum',
} as const;

/**
 * What the probes say together: a check failed (0), passed (1) or was skipped (3) when at least `quorum` probes
 * with a fresh cycle say so, and is unknown (2) when fewer agree, so that one dead or lying probe neither fails
 * nor passes anything.
 */
export function quorumRecordings(settings: MonitoringSettings): RecordingRule[] {
  const { quorum, rules, naming } = settings;
  const { probes, fresh, failing, status: judged, passRate, coverage } = quorumRecords;
  const agreed = (value: number) => `(count by (check) (${fresh} == ${value}) >= ${quorum}) * 0 + ${value}`;
  const among = (value: number) => `(count(${judged} == ${value}) or vector(0))`;
  const age = 'time() - vigil_last_cycle_timestamp_seconds';
  // After this time a probe's last cycle proves nothing any more.
  const limit = rules.find(({ name }) => name === 'TestSuiteNotRunning')?.limit;
  if (!limit) throw new RangeError('TestSuiteNotRunning has no limit');
  return [
    { record: probes, expr: `sum(up{job="${testsJob(naming)}"})` },
    {
      record: fresh,
      expr: `${status} and on (job, instance) (${age} <= ${numberText(limit.value)})`,
    },
    { record: failing, expr: `sum by (check) (${fresh} == bool 0)` },
    {
      record: judged,
      expr: `${[0, 1, 3].map(agreed).join(' or ')} or count by (check) (${status}) * 0 + 2`,
    },
    { record: passRate, expr: `${among(1)} / (${among(0)} + ${among(1)} + ${among(2)})` },
    // Of the whole catalogue: what the shards that still run leave out is not covered.
    { record: coverage, expr: `(${among(0)} + ${among(1)}) / max(vigil_catalogue_checks)` },
  ];
}
