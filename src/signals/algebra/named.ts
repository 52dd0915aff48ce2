import { checkFlips } from '../../thresholds/index.ts';
import {
  ageOf,
  avg,
  changes,
  gauge,
  last,
  max,
  mean,
  min,
  minus,
  plus,
  quantile,
  rate,
  ratio,
  select,
  sum,
} from './build.ts';
import type { Expression } from './expression.ts';

/** What the names of series and the windows are made of. */
export interface SignalNaming {
  /** Prefix of the target's metrics, `genesis` by default. */
  prefix: string;
  /** Window of the live signals. */
  windowMs: number;
  /** Which jobs are the services that must be up; an anchored regular expression. */
  services: string;
}

export const defaultNaming: Readonly<SignalNaming> = Object.freeze({
  prefix: 'genesis',
  windowMs: 5 * 60_000,
  services: 'genesis-(orchestration|planner)',
});

const dayMs = 86_400_000;

/** A file system that is no disk, as far as node_exporter's type tells. */
const noDisk = 'tmpfs|devtmpfs|ramfs|rootfs|overlay|squashfs|iso9660|autofs|nfs4?|cifs|fuse[.].*';

/** Errors ÷ operations of live traffic over a window; a caller's mistake is not an error. */
export function errorRatioOver(prefix: string, windowMs: number): Expression {
  return ratio(
    sum(rate(select(`${prefix}_errors_total`, ['category', '!=', 'validation']), windowMs)),
    sum(rate(select(`${prefix}_operations_total`), windowMs)),
  );
}

/** How many times faster than allowed the error budget (allowed errors ÷ operations) burns over a window. */
export function burnRateOver(prefix: string, windowMs: number, errorBudget: number): Expression {
  return ratio(errorRatioOver(prefix, windowMs), errorBudget);
}

/** used ÷ (used + available) of the fullest disk, as `df` reckons. */
function diskUsed(): Expression {
  const part = (name: string) => gauge(select(`node_filesystem_${name}_bytes`, ['fstype', '!~', noDisk]));
  const used = () => minus(part('size'), part('free'));
  return max(ratio(used(), plus(used(), part('avail'))));
}

/** The signals by name; all but `checkFlips` (one value per check) are one number. Base units. */
export function signalExpressions(naming: SignalNaming = defaultNaming) {
  const { prefix, windowMs, services } = naming;
  const latency = select(`${prefix}_operation_duration_seconds`);
  const component = (name: string) => mean(select(`${prefix}_${name}_duration_seconds`), windowMs);
  return {
    passRate: min(gauge(select(`${prefix}_test_pass_rate`))),
    coverage: min(gauge(select('vigil_coverage_ratio'))),
    errorRatio: errorRatioOver(prefix, windowMs),
    latencyP50: quantile(0.5, latency, windowMs),
    latencyP95: quantile(0.95, latency, windowMs),
    latencyP99: quantile(0.99, latency, windowMs),
    htdagMean: component('htdag_decomposition'),
    haloMean: component('halo_routing'),
    aopMean: component('aop_validation'),
    throughput: sum(rate(select(`${prefix}_operations_total`), windowMs)),
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
    lastCycleAge: ageOf(max(last(select('vigil_last_cycle_timestamp_seconds'), dayMs))),
    /** Changes of each check's outcome within an hour. */
    checkFlips: max(changes(select('vigil_check_status'), checkFlips.windowSeconds * 1000), 'check'),
    /** Triggers of which Vigil itself says that they call for a rollback: 1 each. */
    rollbackRequired: max(gauge(select('vigil_rollback_required')), 'trigger'),
    operations: sum(gauge(select(`${prefix}_operations_total`))),
  } as const satisfies Record<string, Expression>;
}

export type NamedSignal = keyof ReturnType<typeof signalExpressions>;
