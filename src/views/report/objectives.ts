import { type SignalNaming, windowExpressions } from '../../alerts/index.ts';
import {
  type Bound,
  formatBeside,
  formatBound,
  formatValue,
  grouped,
  holds,
  type SignalName,
  type ThresholdTable,
} from '../../core/index.ts';
import type { HistoryReader } from '../../history/index.ts';
import type { Curve, Curves } from './curves.ts';
import { type Proof, proofOf } from './proof.ts';
import type { QueriedValue, Queries } from './queries.ts';
import { type Traffic, trafficOf } from './traffic.ts';
import type { Scope } from './window.ts';

/** One service level objective: what was wanted, what was achieved, and what that proves. */
export interface Objective {
  signal: SignalName;
  title: string;
  /** `≥ 99.9 %`. */
  target: string;
  /** Whether the verdict hangs on it; the others are told, and warn. */
  decides: boolean;
  achieved: QueriedValue;
  /** The achieved value as a person reads it beside the target. */
  told: string;
  /** What stands beside the achieved value in words. */
  remark: string;
  state: 'met' | 'missed' | 'unknown';
  /** Share of the error budget that is left: 1 untouched, 0 used up, negative overspent; `null` where there is none. */
  budgetLeft: number | null;
  proof: Proof | null;
  /** What the sample proves, in a sentence. */
  proves: string;
  /** Ids of every query behind the row. */
  queries: string[];
}

/** A row without what the table of thresholds says. */
type Judged = Omit<Objective, 'signal' | 'title' | 'target' | 'told'>;

const many = (count: number, what: string): string => `${grouped(Math.round(count))} ${what}`;

/** The proof as a sentence about the bad ones, `noun` such as `operations`, `bad` such as `failed`. */
function proofText(proof: Proof | undefined, noun: string, bad: string): string {
  if (!proof) return `nothing: no ${noun} were seen`;
  const share = formatValue(proof.atMost, 'ratio');
  switch (proof.state) {
    case 'proven':
      return `with 95 % confidence at most ${share} of ${noun} ${bad}: the objective is proven`;
    case 'too few':
      return `too little: ${many(proof.trials, noun)}, and ${many(proof.needed, noun)} without a bad one are needed`;
    case 'not proven':
      return `with 95 % confidence at most ${share} of ${noun} ${bad}, and ${formatValue(proof.allowed, 'ratio')} are allowed: the sample can’t tell`;
    case 'refuted':
      return `with 95 % confidence at least ${formatValue(proof.atLeast, 'ratio')} of ${noun} ${bad}: the objective is refuted`;
  }
}

const stateOf = (slo: Bound, value: number | null): Objective['state'] =>
  value === null ? 'unknown' : holds(slo, value) ? 'met' : 'missed';

/** Ids of the queries, each once. */
const idsOf = (...figures: (QueriedValue | undefined)[]): string[] => [
  ...new Set(figures.flatMap((figure) => (figure ? [figure.id] : []))),
];

/** A share of bad ones, and what is said of it. */
interface BadShare extends Pick<Objective, 'achieved' | 'remark' | 'state' | 'queries'> {
  bad: number | null;
  all: number | null;
  allowed: number;
  /** The sample that may prove it, where that is another than what the budget counts. */
  sample?: { bad: number; trials: number };
  /** Such as `operations` and `failed`. */
  words: [noun: string, bad: string];
}

function shareObjective({ bad, all, allowed, sample, words, queries, ...shown }: BadShare): Judged {
  const tried = sample ?? (bad === null || all === null ? undefined : { bad, trials: all });
  const proof = tried && proofOf(tried.bad, tried.trials, allowed);
  const budgetLeft = bad === null || !all ? null : 1 - bad / all / allowed;
  const proves = proofText(proof, ...words);
  return { decides: true, ...shown, budgetLeft, proof: proof ?? null, proves, queries };
}

function passRate(queries: Queries, { cycles }: Scope, slo: Bound): Judged {
  const found = queries.numbers(
    {
      ratio: ['pass rate: passed ÷ judged outcomes', 'ratio'],
      passed: ['outcomes that passed', 'count'],
      judged: ['outcomes that were judged', 'count'],
      cycles: ['cycles', 'count'],
      whole: ['cycles in which everything judged passed', 'count'],
    },
    `SELECT sum(passed) * 1.0 / nullif(sum(passed + failed + unknown), 0) AS ratio,
  sum(passed) AS passed, sum(passed + failed + unknown) AS judged, count(*) AS cycles,
  total(failed + unknown = 0 AND passed > 0) AS whole
FROM cycles WHERE ${cycles}`,
  );
  const { ratio, judged } = found;
  const passed = found.passed.value ?? 0;
  const trials = found.cycles.value ?? 0;
  return shareObjective({
    achieved: ratio,
    remark: judged.value ? `${many(passed, 'of')} ${many(judged.value, 'outcomes')}` : 'no cycle was judged',
    state: stateOf(slo, ratio.value),
    bad: (judged.value ?? 0) - passed,
    all: judged.value,
    allowed: 1 - slo.value,
    // Checks of one cycle fail together, so the cycle is the observation; it is bad when anything in it is.
    sample: { bad: trials - (found.whole.value ?? 0), trials },
    words: ['cycles', 'had anything that did not pass'],
    queries: idsOf(ratio),
  });
}

function errorRatio(traffic: Traffic, slo: Bound): Judged {
  const { errorRatio: ratio, errors, operations, source } = traffic;
  return shareObjective({
    achieved: ratio,
    remark:
      operations.value === null
        ? 'no counters of the target were recorded'
        : `${many(errors.value ?? 0, 'errors')} in ${many(operations.value, 'operations')}, by the ${source}`,
    state: stateOf(slo, ratio.value),
    bad: errors.value,
    all: operations.value,
    allowed: slo.value,
    words: ['operations', 'failed'],
    queries: idsOf(ratio, errors, operations),
  });
}

/** A P95 under its limit means that no more than 5 % of the operations take longer. */
const slowAllowed = 0.05;

function latency(traffic: Traffic, slo: Bound): Judged {
  const { latencyP95, timed, within, boundSeconds, reachesPastLimit, source } = traffic;
  const count = timed.value;
  const slow = count === null || typeof within?.value !== 'number' ? null : Math.max(0, count - within.value);
  const share = slow === null || !count ? null : slow / count;
  const isExact = boundSeconds === slo.value;
  let state: Objective['state'] = 'unknown';
  if (isExact && share !== null) state = share <= slowAllowed ? 'met' : 'missed';
  else if (source === 'scrapes' || share === null) state = stateOf(slo, latencyP95.value);
  // Past its last bound a histogram can't tell how long anything took.
  if (!isExact && !reachesPastLimit && share !== null) state = share <= slowAllowed ? 'met' : 'unknown';
  const bound = boundSeconds === undefined ? '' : formatValue(boundSeconds, 'seconds');
  const worst = source === 'cycles' ? '; the P95 is that of the worst cycle' : '';
  return shareObjective({
    achieved: latencyP95,
    remark:
      share === null
        ? 'no durations of operations were recorded'
        : `${formatValue(share, 'ratio')} of ${many(count ?? 0, 'operations')} took longer than ${bound}; 5 % may${worst}`,
    state,
    bad: slow,
    all: count,
    allowed: slowAllowed,
    words: ['operations', `took longer than ${bound}`],
    queries: idsOf(latencyP95, timed, within),
  });
}

function uptime(queries: Queries, { fromMs, toMs }: Scope, naming: SignalNaming, slo: Bound): Judged {
  const expressions = windowExpressions(naming, toMs - fromMs);
  const up = queries.evaluated(
    'scrapes that the service which answered least did answer',
    'ratio',
    expressions.uptime,
  );
  const scrapes = queries.evaluated('scrapes of the service scraped least', 'count', expressions.scrapes);
  const down =
    up.value === null || scrapes.value === null ? null : Math.round((1 - up.value) * scrapes.value);
  return shareObjective({
    achieved: up,
    remark:
      down === null
        ? 'the services were not scraped'
        : `${many(down, 'of')} ${many(scrapes.value ?? 0, 'scrapes')} unanswered`,
    state: stateOf(slo, up.value),
    bad: down,
    all: scrapes.value,
    allowed: 1 - slo.value,
    words: ['scrapes', 'are unanswered'],
    queries: idsOf(up, scrapes),
  });
}

/** An objective that warns: the worst value of some readings. */
const warning = (slo: Bound, achieved: QueriedValue, remark: string, proves: string): Judged => ({
  decides: false,
  achieved,
  remark,
  state: stateOf(slo, achieved.value),
  budgetLeft: null,
  proof: null,
  proves,
  queries: idsOf(achieved),
});

/** An objective on a figure that each cycle takes by itself: its worst value, and in how many cycles it was past the limit. */
function perCycle(
  queries: Queries,
  from: string,
  slo: Bound,
  title: string,
  unit: QueriedValue['unit'],
): Judged {
  const isFloor = slo.operator === '>=' || slo.operator === '>';
  const found = queries.numbers(
    {
      worst: [`${title}: ${isFloor ? 'least' : 'greatest'} of a cycle`, unit],
      cycles: [`${title}: cycles that measured it`, 'count'],
      past: [`${title}: cycles past the limit`, 'count'],
    },
    `SELECT ${isFloor ? 'min' : 'max'}(value) AS worst, count(value) AS cycles,
  sum(NOT value ${slo.operator} ${slo.value}) AS past
${from}`,
  );
  const { worst, cycles, past } = found;
  if (worst.value === null || cycles.value === null || past.value === null)
    return warning(slo, worst, 'no cycle measured it', 'nothing: it was not measured');
  const seen = many(cycles.value, 'cycles');
  const proves = `what ${seen} saw; nothing of the time between them`;
  return warning(slo, worst, `past it in ${many(past.value, 'of')} ${seen}`, proves);
}

const probedThroughput = ({ cycles }: Scope): string =>
  `FROM measurements JOIN metrics ON metrics.id = metric JOIN cycles ON seq = cycle
WHERE metrics.name = 'throughput' AND bound IS NOT NULL AND ${cycles}`;

/** A resource of the host: its worst value, and in how many readings it was past the limit. */
function resource({ worst, points, source }: Curve, slo: Bound): Judged {
  if (points.length === 0) return warning(slo, worst, 'it was not recorded', 'nothing: it was not recorded');
  const past = points.filter(({ value }) => !holds(slo, value)).length;
  const remark = `past it in ${many(past, 'of')} ${many(points.length, `steps, by the ${source}`)}`;
  return warning(slo, worst, remark, 'what was read; nothing of the time between two readings');
}

/** Every objective of the threshold table that a watch can tell about, the deciding ones first. */
export function objectivesOf(
  queries: Queries,
  reader: HistoryReader,
  scope: Scope,
  { table, naming, curves }: { table: ThresholdTable; naming: SignalNaming; curves: Curves },
): { objectives: Objective[]; traffic: Traffic } {
  const traffic = trafficOf(queries, reader, scope, naming, table.latencyP95.slo?.value ?? 0);
  const make: [SignalName, (slo: Bound) => Judged][] = [
    ['passRate', (slo) => passRate(queries, scope, slo)],
    ['errorRatio', (slo) => errorRatio(traffic, slo)],
    ['latencyP95', (slo) => latency(traffic, slo)],
    ['uptime', (slo) => uptime(queries, scope, naming, slo)],
    [
      'throughput',
      (slo) => perCycle(queries, probedThroughput(scope), slo, 'throughput of the probe', 'perSecond'),
    ],
    ...(['cpuUsed', 'memoryUsed', 'diskUsed'] as const).map((signal): (typeof make)[number] => [
      signal,
      (slo) => resource(curves[signal], slo),
    ]),
  ];
  const objectives = make.flatMap(([signal, objective]): Objective[] => {
    const { title, unit, slo } = table[signal];
    if (!slo) return [];
    const judged = objective(slo);
    const { value } = judged.achieved;
    const told = value === null ? 'unknown' : formatBeside(value, slo.value, unit);
    return [{ signal, title, target: formatBound(slo, unit), told, ...judged }];
  });
  return { objectives, traffic };
}
