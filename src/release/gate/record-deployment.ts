import type { History } from '../../history/index.ts';
import { isoExact } from './condition.ts';
import { rolloutStanding } from './gate.ts';
import type { GateSetup } from './gate-setup.ts';
import { rollbackWarning } from './rollbacks.ts';

/** Records a deployment, which begins a rollout; returns when it was, what stands against it, and the next stage. */
export function recordDeployment(
  history: History,
  setup: GateSetup,
  given: { release: string; who: string; note: string | undefined },
  timeMs: number,
) {
  const { release, who, note } = given;
  const warning = rollbackWarning(history, timeMs);
  history.recordDeployment({ timeMs, release, who, ...(note && { note }) });
  const next = rolloutStanding(history, setup, timeMs)?.next;
  return {
    at: isoExact(timeMs),
    warning,
    next: next ? { to: next.percent, at: isoExact(next.soakEndsMs) } : null,
  };
}
