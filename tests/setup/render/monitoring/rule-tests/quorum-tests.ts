import { durationLiteral } from '../../../../../src/core/index.ts';
import { quorumRecords } from '../../../../../src/setup/render/monitoring/recording-rules.ts';
import type { MonitoringSettings } from '../../../../../src/setup/render/monitoring/settings.ts';
import type { RuleTest } from './rule-test.ts';
import { scraped } from './scene.ts';
import { counterSeries, gaugeSeries, type InputSeries } from './series.ts';

const status = { fail: 0, pass: 1, unknown: 2, skipped: 3 } as const;
type Outcome = keyof typeof status;

/** How far ahead of Prometheus the clock of a probe may be, in seconds. */
const mostSkewSeconds = 60;

/** What the quorum makes of one check, by what each probe says of it. */
interface Vote {
  check: string;
  /** Of whom the check tells. */
  subject?: { service: string; instance: string };
  says: Outcome[];
  together: Outcome;
}

function votesOf(quorum: number): Vote[] {
  const most = (outcome: Outcome): Outcome[] => Array.from({ length: quorum }, () => outcome);
  const rest = (outcome: Outcome): Outcome[] => Array.from({ length: quorum - 1 }, () => outcome);
  return [
    { check: 'H01', says: [...most('fail'), ...rest('pass')], together: 'fail' },
    { check: 'H02', says: [...most('pass'), ...rest('fail')], together: 'pass' },
    { check: 'H03', says: [...most('skipped'), ...rest('unknown')], together: 'skipped' },
    { check: 'H04', says: [...most('unknown'), ...rest('pass')], together: 'unknown' },
    { check: 'H05', says: [...rest('fail'), ...rest('pass'), 'unknown'], together: 'unknown' },
    {
      check: 'second',
      subject: { service: 'api', instance: '10.0.0.2:8080' },
      says: [...most('fail'), ...rest('pass')],
      together: 'fail',
    },
  ];
}

const ofService = ({ subject }: Vote): string =>
  subject === undefined ? '' : `, service="${subject.service}"`;

/** The recordings across probes: decided by at least the quorum, unknown otherwise, and a stale probe has no vote. */
export function quorumTests({
  deployment,
  quorum,
  scrapeIntervalMs,
  evaluationIntervalMs,
}: MonitoringSettings): RuleTest[] {
  const ofDeployment = (name: string) => `${name}{deployment="${deployment}"}`;
  const votes = votesOf(quorum);
  const samples = 3;
  const atMs = Math.ceil(scrapeIntervalMs / evaluationIntervalMs) * evaluationIntervalMs;
  const probes =
    votes[0]?.says.map((_, index) => ({
      ...scraped.tests,
      instance: `vigil-${index}`,
      probe: `probe-${index}`,
    })) ?? [];
  const fresh = probes.flatMap((probe, index): InputSeries[] => [
    counterSeries('vigil_last_cycle_timestamp_seconds', probe, [{ samples, value: scrapeIntervalMs / 1000 }]),
    gaugeSeries('up', probe, [{ samples, value: 1 }]),
    ...votes.map(({ check, subject, says }) =>
      gaugeSeries('vigil_check_status', { ...probe, check, ...subject }, [
        { samples, value: status[says[index] ?? 'unknown'] },
      ]),
    ),
  ]);
  const endedAt = (seconds: number) =>
    fresh.map((one) =>
      one.series.startsWith('vigil_last') ? { ...one, values: `${seconds}+0x${samples - 1}` } : one,
    );
  const counted = (outcome: Outcome) => votes.filter(({ together }) => together === outcome).length;
  const judged = counted('pass') + counted('fail') + counted('unknown');
  const expect = (
    series: readonly InputSeries[],
    name: string,
    of: (vote: Vote) => Outcome,
    rate: number,
  ) => ({
    name: `across probes ${name}`,
    interval: durationLiteral(scrapeIntervalMs),
    input_series: series,
    promql_expr_test: [
      {
        expr: quorumRecords.status,
        eval_time: durationLiteral(atMs),
        exp_samples: votes.map((vote) => ({
          labels: `${quorumRecords.status}{check="${vote.check}", deployment="${deployment}"${ofService(vote)}}`,
          value: status[of(vote)],
        })),
      },
      {
        expr: quorumRecords.passRate,
        eval_time: durationLiteral(atMs),
        exp_samples: [{ labels: ofDeployment(quorumRecords.passRate), value: rate }],
      },
      {
        expr: quorumRecords.probes,
        eval_time: durationLiteral(atMs),
        exp_samples: [{ labels: ofDeployment(quorumRecords.probes), value: probes.length }],
      },
    ],
  });
  return [
    expect(
      fresh,
      `${quorum} of ${probes.length} decide`,
      ({ together }) => together,
      counted('pass') / judged,
    ),
    expect(endedAt(-1_000_000_000), 'a probe whose last cycle is too old has no vote', () => 'unknown', 0),
    expect(
      endedAt(atMs / 1000 + mostSkewSeconds),
      'a probe whose clock is as far ahead as it may be has its vote',
      ({ together }) => together,
      counted('pass') / judged,
    ),
    expect(
      endedAt(atMs / 1000 + mostSkewSeconds + 1),
      'a probe whose clock is further ahead has no vote',
      () => 'unknown',
      0,
    ),
  ];
}
