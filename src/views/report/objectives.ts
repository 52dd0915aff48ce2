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
import type { Asker, Figure } from './figure.ts';
import type { Objective } from './objective.ts';
import { type Proof, proofOf } from './proof.ts';
import type { Scope } from './scope.ts';
import { type Traffic, trafficOf } from './traffic.ts';

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
const idsOf = (...figures: (Figure | undefined)[]): string[] => [
  ...new Set(figures.flatMap((figure) => (figure ? [figure.id] : []))),
];

const budget = (bad: number | null, all: number | null, allowed: number): number | null =>
  bad === null || !all ? null : 1 - bad / all / allowed;

function passRate(asker: Asker, { cycles }: Scope, slo: Bound): Judged {
  const found = asker.numbers(
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
  const allowed = 1 - slo.value;
  const count = found.cycles.value ?? 0;
  const whole = found.whole.value ?? 0;
  // Checks of one cycle fail together, so the cycle is the observation; it is bad when anything in it is.
  const proof = proofOf(count - whole, count, allowed);
  const { ratio, passed, judged } = found;
  return {
    decides: true,
    achieved: ratio,
    remark: judged.value
      ? `${many(passed.value ?? 0, 'of')} ${many(judged.value, 'outcomes')}`
      : 'no cycle was judged',
    state: stateOf(slo, ratio.value),
    budgetLeft: budget((judged.value ?? 0) - (passed.value ?? 0), judged.value, allowed),
    proof: proof ?? null,
    proves: proofText(proof, 'cycles', 'had anything that did not pass'),
    queries: idsOf(ratio),
  };
}

function errorRatio(traffic: Traffic, slo: Bound): Judged {
  const { errorRatio: ratio, errors, operations, source } = traffic;
  const proof =
    errors.value === null || operations.value === null
      ? undefined
      : proofOf(errors.value, operations.value, slo.value);
  return {
    decides: true,
    achieved: ratio,
    remark:
      operations.value === null
        ? 'no counters of the target were recorded'
        : `${many(errors.value ?? 0, 'errors')} in ${many(operations.value, 'operations')}, by the ${source}`,
    state: stateOf(slo, ratio.value),
    budgetLeft: budget(errors.value, operations.value, slo.value),
    proof: proof ?? null,
    proves: proofText(proof, 'operations', 'failed'),
    queries: idsOf(ratio, errors, operations),
  };
}

/** A P95 under its limit means that no more than 5 % of the operations take longer. */
const slowAllowed = 0.05;

function latency(traffic: Traffic, slo: Bound): Judged {
  const { latencyP95, timed, within, boundSeconds, reachesPastLimit, source } = traffic;
  const slow =
    timed.value === null || within?.value === undefined || within.value === null
      ? null
      : Math.max(0, timed.value - within.value);
  const proof = slow === null || timed.value === null ? undefined : proofOf(slow, timed.value, slowAllowed);
  const share = slow === null || !timed.value ? null : slow / timed.value;
  const isExact = boundSeconds === slo.value;
  let state: Objective['state'] = 'unknown';
  if (isExact && share !== null) state = share <= slowAllowed ? 'met' : 'missed';
  else if (source === 'scrapes' || share === null) state = stateOf(slo, latencyP95.value);
  // Past its last bound a histogram can't tell how long anything took.
  if (!isExact && !reachesPastLimit && share !== null) state = share <= slowAllowed ? 'met' : 'unknown';
  const bound = boundSeconds === undefined ? '' : formatValue(boundSeconds, 'seconds');
  return {
    decides: true,
    achieved: latencyP95,
    remark:
      slow === null || share === null
        ? 'no durations of operations were recorded'
        : `${formatValue(share, 'ratio')} of ${many(timed.value ?? 0, 'operations')} took longer than ${bound}; 5 % may${source === 'cycles' ? '; the P95 is that of the worst cycle' : ''}`,
    state,
    budgetLeft: budget(slow, timed.value, slowAllowed),
    proof: proof ?? null,
    proves: proofText(proof, 'operations', `took longer than ${bound}`),
    queries: idsOf(latencyP95, timed, within),
  };
}

function uptime(asker: Asker, { fromMs, toMs }: Scope, naming: SignalNaming, slo: Bound): Judged {
  const expressions = windowExpressions(naming, toMs - fromMs);
  const up = asker.evaluated(
    'scrapes that the service which answered least did answer',
    'ratio',
    expressions.uptime,
  );
  const scrapes = asker.evaluated('scrapes of the service scraped least', 'count', expressions.scrapes);
  const allowed = 1 - slo.value;
  const down =
    up.value === null || scrapes.value === null ? null : Math.round((1 - up.value) * scrapes.value);
  const proof = down === null || scrapes.value === null ? undefined : proofOf(down, scrapes.value, allowed);
  return {
    decides: true,
    achieved: up,
    remark:
      down === null
        ? 'the services were not scraped'
        : `${many(down, 'of')} ${many(scrapes.value ?? 0, 'scrapes')} unanswered`,
    state: stateOf(slo, up.value),
    budgetLeft: budget(down, scrapes.value, allowed),
    proof: proof ?? null,
    proves: proofText(proof, 'scrapes', 'are unanswered'),
    queries: idsOf(up, scrapes),
  };
}

/** An objective on a figure that each cycle takes by itself: its worst value, and in how many cycles it was past the limit. */
function perCycle(asker: Asker, from: string, slo: Bound, title: string, unit: Figure['unit']) {
  const isFloor = slo.operator === '>=' || slo.operator === '>';
  const found = asker.numbers(
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
  const isSeen = worst.value !== null && cycles.value !== null && past.value !== null;
  return {
    decides: false,
    achieved: worst,
    remark: isSeen
      ? `past it in ${many(past.value ?? 0, 'of')} ${many(cycles.value ?? 0, 'cycles')}`
      : 'no cycle measured it',
    state: stateOf(slo, worst.value),
    budgetLeft: null,
    proof: null,
    proves: isSeen
      ? `what ${many(cycles.value ?? 0, 'cycles')} saw; nothing of the time between them`
      : 'nothing: it was not measured',
    queries: idsOf(worst),
  } satisfies Judged;
}

const probedThroughput = ({ cycles }: Scope): string =>
  `FROM measurements JOIN metrics ON metrics.id = metric JOIN cycles ON seq = cycle
WHERE metrics.name = 'throughput' AND bound IS NOT NULL AND ${cycles}`;

/** A resource of the host: its worst value, and in how many readings it was past the limit. */
function resource({ worst, points, source }: Curve, slo: Bound): Judged {
  const past = points.filter(({ value }) => !holds(slo, value)).length;
  return {
    decides: false,
    achieved: worst,
    remark:
      points.length === 0
        ? 'it was not recorded'
        : `past it in ${many(past, 'of')} ${many(points.length, `steps, by the ${source}`)}`,
    state: stateOf(slo, worst.value),
    budgetLeft: null,
    proof: null,
    proves:
      points.length === 0
        ? 'nothing: it was not recorded'
        : 'what was read; nothing of the time between two readings',
    queries: idsOf(worst),
  };
}

/** Every objective of the threshold table that a watch can tell about, the deciding ones first. */
export function objectivesOf(
  asker: Asker,
  reader: HistoryReader,
  scope: Scope,
  { table, naming, curves }: { table: ThresholdTable; naming: SignalNaming; curves: Curves },
): { objectives: Objective[]; traffic: Traffic } {
  const traffic = trafficOf(asker, reader, scope, naming, table.latencyP95.slo?.value ?? 0);
  const make: [SignalName, (slo: Bound) => Judged][] = [
    ['passRate', (slo) => passRate(asker, scope, slo)],
    ['errorRatio', (slo) => errorRatio(traffic, slo)],
    ['latencyP95', (slo) => latency(traffic, slo)],
    ['uptime', (slo) => uptime(asker, scope, naming, slo)],
    [
      'throughput',
      (slo) => perCycle(asker, probedThroughput(scope), slo, 'throughput of the probe', 'perSecond'),
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
