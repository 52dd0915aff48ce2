import { checkFlips } from '../../../core/index.ts';
import {
  ageOf,
  averageOver,
  avg,
  changes,
  gauge,
  last,
  max,
  mean,
  min,
  minus,
  plus,
  rate,
  ratio,
  select,
  sum,
} from './build.ts';
import type { Expression } from './expression.ts';
import { defaultNaming, type SignalNaming, type Sli, scaledBy } from './signal-naming.ts';
import {
  eachService,
  errorRatioOf,
  latencyOf,
  nothing,
  presenceOf,
  rateOf,
  rejectedRiseOf,
  slisOf,
} from './traffic.ts';

/** The recording of the pass rate of the checks that enough watches agree on. */
export const quorumPassRate = 'deployment:test_pass_rate:quorum';

const dayMs = 86_400_000;

/** Over how long requests are counted to learn how many of them are usually rejected. */
export const usualRejectedMs = 6 * 3_600_000;

/** Seconds since the watch began. The mean of its begins, so that one that begins again and again grows old too. */
export const watchAge = (): Expression =>
  ageOf(min(averageOver(select('vigil_watch_start_timestamp_seconds'), dayMs)));

/** A file system that is no disk, as far as node_exporter's type tells. */
const noDisk = 'tmpfs|devtmpfs|ramfs|rootfs|overlay|squashfs|iso9660|autofs|nfs4?|cifs|fuse[.].*';

/** Of the values of several services the worst; the only one as it is. */
function worstOf(
  naming: SignalNaming,
  worst: typeof max,
  readingOf: Parameters<typeof eachService>[1],
): Expression {
  const areSeveral = slisOf(naming).length > 1;
  const values = eachService(naming, readingOf, areSeveral) ?? nothing;
  return areSeveral ? worst(values) : values;
}

/** How many times faster than allowed the error budget (allowed errors ÷ operations) of a service burns over a window. */
export const burnRateOf = (sli: Sli, windowMs: number, errorBudget: number): Expression =>
  ratio(errorRatioOf(sli, windowMs), errorBudget);

/** The same of the service that burns it fastest. */
export const burnRateOver = (naming: SignalNaming, windowMs: number, errorBudget: number): Expression =>
  worstOf(naming, max, (sli) => burnRateOf(sli, windowMs, errorBudget));

/** used ÷ (used + available) of the fullest disk, as `df` reckons. */
function diskUsed(): Expression {
  const part = (name: string) => gauge(select(`node_filesystem_${name}_bytes`, ['fstype', '!~', noDisk]));
  const used = () => minus(part('size'), part('free'));
  return max(ratio(used(), plus(used(), part('avail'))));
}

/** What a watch exposes of itself, or several of themselves: of those, one that lies or is dead decides nothing alone. */
function watchSignals({ prefix, quorum }: SignalNaming) {
  const lastCycle = last(select('vigil_last_cycle_timestamp_seconds'), dayMs);
  const required = gauge(select('vigil_rollback_required'));
  if (quorum === undefined) {
    return {
      passRate: min(gauge(select(`${prefix}_test_pass_rate`))),
      lastCycleAge: ageOf(max(lastCycle)),
      rollbackRequired: max(required, 'trigger'),
    };
  }
  return {
    passRate: min(gauge(select(quorumPassRate))),
    // Of the one that is longest silent: each of them is missed.
    lastCycleAge: ageOf(min(lastCycle)),
    // Above 0 when as many say so as must.
    rollbackRequired: minus(sum(required, 'trigger'), quorum - 1),
  };
}

/** The signals by name; all but `checkFlips` (one value per check) are one number. Base units. */
export function signalExpressions(naming: SignalNaming = defaultNaming) {
  const { prefix, services } = naming;
  const watch = watchSignals(naming);
  const windowMs = scaledBy(naming, naming.windowMs);
  const latency = (q: number) => worstOf(naming, max, (sli, overMs) => latencyOf(sli, q, overMs));
  const component = (name: string) => mean(select(`${prefix}_${name}_duration_seconds`), windowMs);
  return {
    passRate: watch.passRate,
    coverage: min(gauge(select('vigil_coverage_ratio'))),
    errorRatio: worstOf(naming, max, errorRatioOf),
    latencyP50: latency(0.5),
    latencyP95: latency(0.95),
    latencyP99: latency(0.99),
    htdagMean: component('htdag_decomposition'),
    haloMean: component('halo_routing'),
    aopMean: component('aop_validation'),
    /** By how much the share of rejected requests is more than twice the usual one. */
    rejectedRise: worstOf(naming, max, (sli, overMs) =>
      rejectedRiseOf(sli, overMs, scaledBy(naming, usualRejectedMs)),
    ),
    throughput: worstOf(naming, min, (sli, overMs) => rateOf(sli, 'operations', overMs)),
    /** 1 while every service answers its scrapes, 0 while one doesn't. */
    uptime: min(gauge(select('up', ['job', '=~', services]))),
    memoryUsed: max(
      minus(
        1,
        ratio(gauge(select('node_memory_MemAvailable_bytes')), gauge(select('node_memory_MemTotal_bytes'))),
      ),
    ),
    cpuUsed: minus(1, avg(rate(select('node_cpu_seconds_total', ['mode', '=', 'idle']), windowMs))),
    diskUsed: diskUsed(),
    /** Seconds since the last cycle ended; still known when the runner is gone. */
    lastCycleAge: watch.lastCycleAge,
    /** Changes of each check's outcome within the window of its limit. */
    checkFlips: max(
      changes(select('vigil_check_status'), scaledBy(naming, checkFlips.windowSeconds * 1000)),
      'check',
      'service',
    ),
    /** Triggers of which Vigil itself says that they call for a rollback: 1 each. */
    rollbackRequired: watch.rollbackRequired,
    /** Operations that are counted at all, whoever's they are. */
    operations: worstOf(naming, min, presenceOf),
  } as const satisfies Record<string, Expression>;
}

export type NamedSignal = keyof ReturnType<typeof signalExpressions>;

const ofComponents: ReadonlySet<string> = new Set<NamedSignal>(['htdagMean', 'haloMean', 'aopMean']);
const ofTraffic: ReadonlySet<string> = new Set<NamedSignal>(['errorRatio', 'throughput', 'operations']);

const quantiles: Readonly<Record<string, number>> = { latencyP50: 0.5, latencyP95: 0.95, latencyP99: 0.99 };

/** Whether a signal is measured at all: live traffic only where something tells of it, components only of Genesis. */
export function isMeasured(
  signal: string,
  naming: Pick<SignalNaming, 'prefix' | 'slis' | 'isGenesis' | 'services'>,
): boolean {
  const slis = slisOf(naming);
  if (signal === 'uptime') return naming.services !== '';
  // Genesis has two checks of it.
  if (signal === 'rejectedRise')
    return naming.isGenesis === false && slis.some(({ traffic }) => traffic.rejected !== undefined);
  if (ofComponents.has(signal)) return slis.length > 0 && (naming.isGenesis ?? true);
  const q = quantiles[signal];
  if (q !== undefined) return slis.some((sli) => latencyOf(sli, q, 1000) !== undefined);
  return slis.length > 0 || !ofTraffic.has(signal);
}
