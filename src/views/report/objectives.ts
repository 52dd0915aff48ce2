import { isMeasured, type SignalNaming, windowExpressions } from '../../alerts/index.ts';
import {
  type Bound,
  formatAgainst,
  formatBound,
  formatValue,
  holds,
  type SignalName,
  type ThresholdTable,
} from '../../core/index.ts';
import type { SampleReader } from '../../history/index.ts';
import type { Breaches } from './breaches.ts';
import type { Curve, Curves } from './curves.ts';
import { type Judged, shareObjective, stateOf, warning } from './judged.ts';
import { many } from './proof.ts';
import type { Queries } from './queries.ts';
import { type WatchedTraffic, watchedTraffic } from './traffic.ts';
import type { Scope } from './window.ts';

/** One service level objective: what was wanted, what was achieved, and what that proves. */
export interface Objective extends Judged {
  signal: SignalName;
  title: string;
  /** `≥ 99.9 %`. */
  target: string;
  /** The achieved value as a person reads it beside the target. */
  told: string;
  breaches: Breaches;
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
  const passed = found.passed.value ?? 0;
  const judged = found.judged.value;
  const all = found.cycles.value ?? 0;
  return shareObjective(slo, {
    achieved: found.ratio,
    remark: judged ? `${many(passed, 'of')} ${many(judged, 'outcomes')}` : 'no cycle was judged',
    bad: (judged ?? 0) - passed,
    all: judged,
    allowed: 1 - slo.value,
    // Checks of one cycle fail together, so the cycle is the observation; it is bad when anything in it is.
    sample: { bad: all - (found.whole.value ?? 0), all },
    words: ['cycles', 'had anything that did not pass'],
  });
}

function errorRatio({ errorRatio: ratio, errors, operations, source }: WatchedTraffic, slo: Bound): Judged {
  return shareObjective(slo, {
    achieved: ratio,
    remark:
      operations.value === null
        ? 'no counters of the target were recorded'
        : `${many(errors.value ?? 0, 'errors')} in ${many(operations.value, 'operations')}, by the ${source}`,
    bad: errors.value,
    all: operations.value,
    allowed: slo.value,
    words: ['operations', 'failed'],
    basis: [errors, operations],
  });
}

/** A P95 under its limit means that no more than 5 % of the operations take longer. */
const slowAllowed = 0.05;

function latencyState(traffic: WatchedTraffic, slo: Bound, slowShare: number | null): Judged['state'] {
  const { boundSeconds, reachesPastLimit, source, latencyP95 } = traffic;
  if (slowShare === null) return stateOf(slo, latencyP95);
  const isWithin = slowShare <= slowAllowed;
  if (boundSeconds === slo.value) return isWithin ? 'met' : 'missed';
  // Past its last bound a histogram can't tell how long anything took.
  if (!reachesPastLimit) return isWithin ? 'met' : 'unknown';
  return source === 'scrapes' ? stateOf(slo, latencyP95) : 'unknown';
}

function latency(traffic: WatchedTraffic, slo: Bound): Judged {
  const { latencyP95, timed, within, boundSeconds, source } = traffic;
  const all = timed.value;
  const bad = all === null || typeof within?.value !== 'number' ? null : Math.max(0, all - within.value);
  const share = bad === null || !all ? null : bad / all;
  const bound = boundSeconds === undefined ? '' : formatValue(boundSeconds, 'seconds');
  const worst = source === 'cycles' ? '; the P95 is that of the worst cycle' : '';
  return shareObjective(slo, {
    achieved: latencyP95,
    remark:
      share === null
        ? 'no durations of operations were recorded'
        : `${formatValue(share, 'ratio')} of ${many(all ?? 0, 'operations')} took longer than ${bound}; 5 % may${worst}`,
    state: latencyState(traffic, slo, share),
    bad,
    all,
    allowed: slowAllowed,
    words: ['operations', `took longer than ${bound}`],
    basis: [timed, within],
  });
}

function uptime(queries: Queries, { fromMs, toMs }: Scope, naming: SignalNaming, slo: Bound): Judged {
  const expressions = windowExpressions(naming, toMs - fromMs);
  const title = 'scrapes that the service which answered least did answer';
  const up = queries.evaluated(title, 'ratio', expressions.uptime);
  const scrapes = queries.evaluated('scrapes of the service scraped least', 'count', expressions.scrapes);
  const all = scrapes.value;
  const bad = up.value === null || all === null ? null : Math.round((1 - up.value) * all);
  return shareObjective(slo, {
    achieved: up,
    remark:
      bad === null
        ? 'the services were not scraped'
        : `${many(bad, 'of')} ${many(all ?? 0, 'scrapes')} unanswered`,
    bad,
    all,
    allowed: 1 - slo.value,
    words: ['scrapes', 'are unanswered'],
    basis: [scrapes],
  });
}

/** What each cycle's own probe reached: the worst of it, and in how many cycles it was past the limit. */
/** On which side of an objective its breach lies. */
const sideOf = ({ operator }: Bound): string => (operator.startsWith('>') ? 'below' : 'above');

function throughput(queries: Queries, scope: Scope, slo: Bound): Judged {
  const isFloor = slo.operator === '>=' || slo.operator === '>';
  const title = 'throughput of the probe';
  const { worst, cycles, past } = queries.numbers(
    {
      worst: [`${title}: ${isFloor ? 'least' : 'greatest'} of a cycle`, 'perSecond'],
      cycles: [`${title}: cycles that measured it`, 'count'],
      past: [`${title}: cycles past the limit`, 'count'],
    },
    `SELECT ${isFloor ? 'min' : 'max'}(value) AS worst, count(value) AS cycles,
  sum(NOT value ${slo.operator} ${slo.value}) AS past
FROM measurements JOIN metrics ON metrics.id = metric JOIN cycles ON seq = cycle
WHERE metrics.name = 'throughput' AND bound IS NOT NULL AND ${scope.cycles}`,
  );
  if (worst.value === null || cycles.value === null || past.value === null)
    return warning(slo, worst, 'no cycle measured it', 'nothing: it was not measured');
  const seen = many(cycles.value, 'cycles');
  const proves = `what ${seen} saw; nothing of the time between them`;
  return warning(slo, worst, `${sideOf(slo)} target in ${many(past.value, 'of')} ${seen}`, proves);
}

/** A resource of the host: its worst value, and in how many readings it was past the limit. */
function resource({ worst, points, source }: Curve, slo: Bound): Judged {
  if (points.length === 0) return warning(slo, worst, 'it was not recorded', 'nothing: it was not recorded');
  const past = points.filter(({ value }) => !holds(slo, value)).length;
  const remark = `${sideOf(slo)} target in ${many(past, 'of')} ${many(points.length, 'steps')}, by the ${source}`;
  return warning(slo, worst, remark, 'the readings, not the time between them');
}

/** Every objective of the threshold table that a watch can tell about, the deciding ones first. */
export function objectivesOf(
  queries: Queries,
  reader: SampleReader,
  scope: Scope,
  { table, naming, curves }: { table: ThresholdTable; naming: SignalNaming; curves: Curves },
) {
  const traffic = watchedTraffic(queries, reader, scope, naming, table.latencyP95.slo?.value ?? 0);
  const resources = Object.fromEntries(
    (['cpuUsed', 'memoryUsed', 'diskUsed'] as const).flatMap((signal) => {
      const curve = curves[signal];
      return curve ? [[signal, (slo: Bound) => resource(curve, slo)]] : [];
    }),
  );
  const judges: Partial<Record<SignalName, (slo: Bound) => Judged>> = {
    passRate: (slo) => passRate(queries, scope, slo),
    errorRatio: (slo) => errorRatio(traffic, slo),
    latencyP95: (slo) => latency(traffic, slo),
    uptime: (slo) => uptime(queries, scope, naming, slo),
    throughput: (slo) => throughput(queries, scope, slo),
    ...resources,
  };
  const objectives = Object.entries(judges).flatMap(([name, judge]): Omit<Objective, 'breaches'>[] => {
    const signal = name as SignalName;
    const { title, unit, slo } = table[signal];
    if (!slo || !isMeasured(name, naming)) return [];
    const judged = judge(slo);
    const { value } = judged.achieved;
    const reached = value === null ? 'unknown' : formatAgainst(value, slo.value, unit);
    return [{ signal, title, target: formatBound(slo, unit), told: reached, ...judged }];
  });
  return { objectives, traffic };
}
