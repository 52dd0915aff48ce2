import {
  evaluate,
  instanceReleaseMetric,
  isDownOutsideRelease,
  type JudgedRelease,
  judgeCondition,
  type SampleSource,
  type SignalNaming,
  type SignalValues,
  seenBeforeMs,
  signalExpressions,
  trafficCondition,
} from '../../alerts/index.ts';
import { holds, type SignalName, type ThresholdTable } from '../../core/index.ts';
import { unlessRefused } from './sample-questions.ts';

interface Options {
  table: ThresholdTable;
  naming: SignalNaming;
  /** The newest deployment at a time, where one is recorded. */
  deploymentAt?: ((atMs: number) => JudgedRelease | undefined) | undefined;
}

/** A signal that rose by more was not so before: windows of few operations differ by chance. */
const mostRise = 1.5;

/** Opens what a call for a rollback rests on beside the limits: whether the values say something, and of which release. */
export function openRollbackEvidence({ table, naming, deploymentAt }: Options) {
  const expressions = signalExpressions(naming);
  const ofTraffic = (['errorRatio', 'latencyP95'] as const).flatMap((signal) => {
    const { rollback: bound } = table[signal];
    if (!bound) return [];
    const condition = trafficCondition(signal, bound, naming);
    const isBreached = (source: SampleSource, atMs: number) =>
      judgeCondition(condition, source, atMs).some(({ state }) => state === 'breached');
    return [{ signal, bound, isBreached }];
  });
  let before: { deployedMs: number; values: SignalValues } | undefined;

  /**
   * Signals of live traffic before a deployment, of those that were past their limits; asked once for each. None where an
   * instance said the release already, which was recorded late, or where nobody says a release.
   */
  function pastBefore(source: SampleSource, { release, timeMs }: JudgedRelease): SignalValues {
    if (before?.deployedMs === timeMs) return before.values;
    const said = source.series(instanceReleaseMetric, [], timeMs - seenBeforeMs, timeMs);
    const isOfOthers = said.length > 0 && said.every(({ labels }) => labels.release !== release);
    const values: SignalValues = {};
    for (const { signal, isBreached } of isOfOthers ? ofTraffic : []) {
      const value = unlessRefused(() =>
        isBreached(source, timeMs) ? evaluate(expressions[signal], source, timeMs) : undefined,
      );
      if (value !== undefined) values[signal] = value;
    }
    before = { deployedMs: timeMs, values };
    return values;
  }

  return {
    /** The values by which a rollback may be called for: one that is over its limit by too few operations is none. */
    sufficient(values: SignalValues, source: SampleSource, atMs: number): SignalValues {
      const found = { ...values };
      for (const { signal, bound, isBreached } of ofTraffic) {
        const value = values[signal];
        if (value !== undefined && holds(bound, value) && !isBreached(source, atMs)) delete found[signal];
      }
      return found;
    },
    /** Whether what is down says nothing of the release that is judged. */
    isDownOutside(values: SignalValues, source: SampleSource, atMs: number): boolean {
      const { rollback: bound } = table.uptime;
      if (!bound || values.uptime === undefined || !holds(bound, values.uptime)) return false;
      const deployment = deploymentAt?.(atMs);
      return deployment !== undefined && isDownOutsideRelease(source, naming.services, deployment, atMs);
    },
    /** Signals of live traffic that were past their limits before the deployment and are not much worse now. */
    wasPast(values: SignalValues, source: SampleSource, atMs: number): Set<SignalName> {
      const deployment = deploymentAt?.(atMs);
      const past = deployment ? Object.entries(pastBefore(source, deployment)) : [];
      const isNoWorse = ([name, value]: [string, number]) =>
        !((values[name as SignalName] ?? 0) > value * mostRise);
      return new Set(past.filter(isNoWorse).map(([name]) => name as SignalName));
    },
  };
}
