import { type Exposition, histogramOf, increase } from '../../clients/index.ts';
import { keysOf, type SignalName } from '../../core/index.ts';
import { fewestOfUsers, mostOwn } from './algebra/traffic.ts';
import { type LiveSample, liveWindow } from './live-window.ts';

/** Sum and count of one of the planner's histograms. */
export interface ComponentTimes {
  sum: number;
  count: number;
}

const components = {
  htdagMean: 'htdag_decomposition_duration_seconds',
  haloMean: 'halo_routing_duration_seconds',
  aopMean: 'aop_validation_duration_seconds',
} as const;

export type ComponentName = keyof typeof components;
export type ComponentSample = Partial<Record<ComponentName, ComponentTimes>>;

/** The planner's accumulated times by component; what it doesn't expose is left out. */
export function componentSampleOf(exposition: Exposition, prefix: string): ComponentSample {
  return Object.fromEntries(
    keysOf(components).flatMap((name) => {
      const histogram = histogramOf(exposition, `${prefix}_${components[name]}`);
      return histogram ? [[name, { sum: histogram.sum, count: histogram.count }]] : [];
    }),
  );
}

/** Mean seconds per component between two samples; a component that did nothing has no mean. */
export function componentMeans(
  before: ComponentSample,
  after: ComponentSample,
): Partial<Record<ComponentName, number>> {
  return Object.fromEntries(
    keysOf(after).flatMap((name) => {
      const [earlier, later] = [before[name], after[name]];
      if (!earlier || !later) return [];
      const count = increase(earlier.count, later.count);
      return count > 0 ? [[name, increase(earlier.sum, later.sum) / count]] : [];
    }),
  );
}

/** Signals by name, in the base unit of the threshold table; a signal that wasn't observed is absent, never 0. */
export type SignalValues = Partial<Record<SignalName, number>>;

/** Error ratio, P95 and throughput of live traffic up to the newest sample. */
export function liveSignals(samples: readonly LiveSample[], windowMs: number): SignalValues {
  const window = liveWindow(samples, windowMs);
  if (!window || window.operations <= 0) return {};
  const { operations, own = 0 } = window;
  if (own > 0 && operations < fewestOfUsers) return {};
  const tellsLatency = !Number.isNaN(window.latencyP95) && own <= mostOwn * (operations + own);
  return {
    errorRatio: window.errors / window.operations,
    ...(tellsLatency && { latencyP95: window.latencyP95 }),
    throughput: window.operations / window.seconds,
  };
}
