import { checkFlips } from '../../../core/index.ts';
import {
  ageOf,
  averageOver,
  avg,
  changes,
  gauge,
  increaseOver,
  last,
  max,
  mean,
  min,
  minus,
  plus,
  quantileOver,
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
  /** Whether anything tells of live traffic; `false` for a service of which only its answers are known. */
  hasTraffic?: boolean;
  /** `false` for all but the reference Genesis, which alone has the components of a planner. */
  isGenesis?: boolean;
  /** Where several watches judge together: how many must say the same. */
  quorum?: number;
  /** Every window and every wait of the rules times this, 1 unless a rehearsal must not take minutes. */
  timeScale?: number;
}

/** A duration as a naming's time scale makes it. */
export const scaledBy = ({ timeScale = 1 }: Pick<SignalNaming, 'timeScale'>, duration: number): number =>
  duration * timeScale;

export const defaultNaming: Readonly<SignalNaming> = Object.freeze({
  prefix: 'genesis',
  windowMs: 5 * 60_000,
  services: 'genesis-(orchestration|planner)',
});

/** The recording of the pass rate of the checks that enough watches agree on. */
export const quorumPassRate = 'vigil:test_pass_rate:quorum';

const dayMs = 86_400_000;

/** Seconds since the watch began. The mean of its begins, so that one that begins again and again grows old too. */
export const watchAge = (): Expression =>
  ageOf(min(averageOver(select('vigil_watch_start_timestamp_seconds'), dayMs)));

/** A file system that is no disk, as far as node_exporter's type tells. */
const noDisk = 'tmpfs|devtmpfs|ramfs|rootfs|overlay|squashfs|iso9660|autofs|nfs4?|cifs|fuse[.].*';

/** Errors ÷ operations of live traffic over a window; a caller's mistake is not an error. */
export function errorRatioOver(prefix: string, windowMs: number): Expression {
  return ratio(
    sum(rate(select(`${prefix}_errors_total`, ['category', '!=', 'validation']), windowMs)),
    sum(rate(select(`${prefix}_operations_total`), windowMs)),
  );
}

/** Operations and errors of live traffic within the window of the signals. */
export function countsOf({ prefix, ...naming }: SignalNaming): {
  operations: Expression;
  errors: Expression;
} {
  const windowMs = scaledBy(naming, naming.windowMs);
  return {
    operations: sum(increaseOver(select(`${prefix}_operations_total`), windowMs)),
    errors: sum(increaseOver(select(`${prefix}_errors_total`, ['category', '!=', 'validation']), windowMs)),
  };
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
  const latency = select(`${prefix}_operation_duration_seconds`);
  const component = (name: string) => mean(select(`${prefix}_${name}_duration_seconds`), windowMs);
  return {
    passRate: watch.passRate,
    coverage: min(gauge(select('vigil_coverage_ratio'))),
    errorRatio: errorRatioOver(prefix, windowMs),
    latencyP50: quantileOver(0.5, latency, windowMs),
    latencyP95: quantileOver(0.95, latency, windowMs),
    latencyP99: quantileOver(0.99, latency, windowMs),
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
    lastCycleAge: watch.lastCycleAge,
    /** Changes of each check's outcome within the window of its limit. */
    checkFlips: max(
      changes(select('vigil_check_status'), scaledBy(naming, checkFlips.windowSeconds * 1000)),
      'check',
    ),
    /** Triggers of which Vigil itself says that they call for a rollback: 1 each. */
    rollbackRequired: watch.rollbackRequired,
    operations: sum(gauge(select(`${prefix}_operations_total`))),
  } as const satisfies Record<string, Expression>;
}

export type NamedSignal = keyof ReturnType<typeof signalExpressions>;

const ofComponents: ReadonlySet<string> = new Set<NamedSignal>(['htdagMean', 'haloMean', 'aopMean']);
const ofTraffic: ReadonlySet<string> = new Set<NamedSignal>([
  'errorRatio',
  'latencyP50',
  'latencyP95',
  'latencyP99',
  'throughput',
  'operations',
]);

/** Whether a signal is measured at all: live traffic only where metrics tell of it, components only of Genesis. */
export function isMeasured(
  signal: string,
  {
    hasTraffic = true,
    isGenesis = true,
    services,
  }: Pick<SignalNaming, 'hasTraffic' | 'isGenesis' | 'services'>,
): boolean {
  if (signal === 'uptime') return services !== '';
  if (ofComponents.has(signal)) return hasTraffic && isGenesis;
  return hasTraffic || !ofTraffic.has(signal);
}
