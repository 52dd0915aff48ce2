import type { LiveWindow, Point } from '../../src/alerts/index.ts';
import {
  formatDuration,
  lowerBoundOfShare,
  type Measurement,
  median,
  quantile,
} from '../../src/core/index.ts';
import { readDeployedMs, readMeasured } from '../../src/history/index.ts';
import { type RunContext, UnknownOutcome } from '../../src/suite/index.ts';
import type { Measure } from './measure.ts';
import { operationsMet } from './operation.ts';

/** Fewer of the watch's own operations can't carry a ratio. */
const fewestMet = 100;
/** Fewer operations of users than this are no traffic: the smoke suite alone sends some. */
const fewestOfUsers = 25;

const errorRatioName = 'error ratio met by the watch';
const latencyName = 'P95 latency met by the watch';

type Measured = { measurement: Measurement; past: Point[] } | undefined;

const lookBackMs = 3_600_000;

function pastOf({ reports, targetId }: RunContext, name: string): Point[] {
  return readMeasured(reports, targetId, name, Date.now() - lookBackMs);
}

/** The error ratio that this run itself met, with that of earlier runs; `undefined` for a run that sent few operations. */
export function errorRatioMet(config: RunContext, measure: Measure): Measured {
  const met = operationsMet();
  if (met.length < fewestMet) return undefined;
  const failed = met.filter(({ error }) => error !== undefined);
  const measurement = measure(errorRatioName, failed.length / met.length, 'errorRatio.rollback', {
    sample: met.length,
    note: failed[0]?.error,
  });
  return { measurement, past: pastOf(config, errorRatioName) };
}

/** The P95 latency of the answers that this run got while it did not hurry, with that of earlier runs. */
export function latencyMet(config: RunContext, measure: Measure): Measured {
  const answered = operationsMet().filter(({ isCalm, status }) => isCalm && status !== 0);
  const limit = config.thresholds.latencyP95.rollback?.value ?? Number.POSITIVE_INFINITY;
  const over = answered.filter(({ durationMs }) => durationMs / 1000 > limit).length;
  // Of few operations a P95 says nothing, unless so many are over the limit that it must be.
  const isSure = answered.length > 0 && lowerBoundOfShare(over, answered.length, 0.95) > 0.05;
  if (answered.length < fewestMet && !isSure) return undefined;
  const p95 = quantile(
    answered.map(({ durationMs }) => durationMs / 1000),
    0.95,
  );
  const measurement = measure(latencyName, p95, 'latencyP95.rollback', { sample: answered.length });
  return { measurement, past: pastOf(config, latencyName) };
}

/** Operations of this run since then that the target has surely counted: what a gateway refused it never saw. */
const countedSince = (sinceMs: number): number =>
  operationsMet().filter(({ sentAtMs, status }) => sentAtMs >= sinceMs && status === 200).length;

/** @throws UnknownOutcome where nobody but the watch itself used the target in the window */
export function refuseWithoutUsers(config: RunContext, window: LiveWindow | undefined): void {
  const sinceMs = Date.now() - (window?.seconds ?? 0) * 1000;
  const now = countedSince(sinceMs);
  if (!window || now === 0) return;
  const before = readMeasured(config.reports, config.targetId, errorRatioName, sinceMs);
  const own = now + before.reduce((sum, { sample = 0 }) => sum + sample, 0);
  if (window.operations - own >= fewestOfUsers) return;
  throw new UnknownOutcome(
    `no user traffic in ${formatDuration(Math.round(window.seconds) * 1000)}: the watch sent ${own} of ${Math.round(window.operations)} operations`,
  );
}

const rejectedName = 'rejected requests';
/** Cycles before which nobody knows what is usual. */
const fewestCycles = 3;
/** A share that is a rise whatever is usual. */
const mostWithoutBaseline = 0.2;

/**
 * What is usual: the median of the cycles before the newest deployment, or, where there are few, of those without so many
 * rejections that nobody can call them usual. A rise that stays never becomes its own baseline.
 */
export function usualShare(
  past: readonly Point[],
  deployedMs = Number.NEGATIVE_INFINITY,
): number | undefined {
  const before = past.filter(({ timeMs }) => timeMs < deployedMs);
  const calm = past.filter(({ value }) => value <= mostWithoutBaseline);
  const chosen = before.length >= fewestCycles ? before : calm;
  return chosen.length < fewestCycles ? undefined : median(chosen.map(({ value }) => value));
}

/**
 * The share of users' requests that were refused as their own mistake, held against what is usual: at most twice that and
 * five in a hundred more. Their callers see an error, though the service counts none.
 * @throws UnknownOutcome where it is high and nobody knows what is usual
 */
export function rejectedShare(
  config: RunContext,
  window: LiveWindow | undefined,
  measure: Measure,
): Measured {
  const sinceMs = Date.now() - (window?.seconds ?? 0) * 1000;
  const own = countedSince(sinceMs);
  const rejected = window?.rejected ?? 0;
  const requests = Math.max(0, Math.round((window?.operations ?? 0) - own)) + rejected;
  if (requests < fewestMet) return undefined;
  const share = rejected / requests;
  const past = readMeasured(config.reports, config.targetId, rejectedName, Date.now() - 48 * lookBackMs);
  const details = { sample: Math.round(requests) };
  const usual = usualShare(past, readDeployedMs(config.reports, Date.now()));
  if (usual === undefined) {
    measure(rejectedName, share, { unit: 'ratio' }, details);
    if (share <= mostWithoutBaseline) return undefined;
    throw new UnknownOutcome(
      `${Math.round(share * 100)} % of ${Math.round(requests)} requests were rejected; fewer than ${fewestCycles} earlier cycles say what is usual`,
    );
  }
  const must = { operator: '<=', value: 2 * usual + 0.05 } as const;
  const note = `usual is ${(usual * 100).toFixed(1)} %`;
  return { measurement: measure(rejectedName, share, { unit: 'ratio', must }, { ...details, note }), past };
}
