import type { rollbackTriggers } from '../../../alerts/index.ts';
import type { SignalName, ThresholdTable, VigilConfig } from '../../../core/index.ts';

export type TriggerName = (typeof rollbackTriggers)[number]['trigger'];

/**
 * How long it takes at worst from a fault to the firing trigger, in ms. A live signal needs its window to cross the limit
 * (all of it, when the fault is only just past the limit), then `for`; the pass rate needs the next cycle, its run, and
 * `for` at the fast cadence.
 */
export function detectionMs(config: VigilConfig, table: ThresholdTable): Record<TriggerName, number> {
  const { sampleInterval, liveWindow, interval, timeout, fastInterval } = config;
  const { timeScale } = config.monitoring;
  const heldMs = (signal: SignalName) =>
    timeScale * ((table[signal] as ThresholdTable['errorRatio']).rollback?.forSeconds ?? 0) * 1000;
  const windowMs = timeScale * liveWindow;
  return {
    error_ratio: windowMs + heldMs('errorRatio') + 2 * sampleInterval,
    latency_p95: windowMs + heldMs('latencyP95') + 2 * sampleInterval,
    pass_rate: interval + timeout + heldMs('passRate') + fastInterval + sampleInterval,
    service_down: heldMs('uptime') + 2 * sampleInterval,
  };
}
