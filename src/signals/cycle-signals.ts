import type { CheckOutcome } from '../outcomes/index.ts';

/** Counts and ratios of one cycle; the definitions are in the glossary of docs/architecture.md. */
export interface CycleSignals {
  passed: number;
  failed: number;
  unknown: number;
  /** Skipped for a declared reason. */
  skipped: number;
  /** passed ÷ (passed + failed + unknown); `undefined` when nothing was executed. */
  passRate: number | undefined;
  /** executed ÷ catalogue; a check that was skipped or never ended was not executed. */
  coverage: number;
}

/**
 * The cycle's own signals. A declared skip leaves the pass rate's denominator, an unknown never does. Of a shard the
 * coverage is still that of the whole catalogue, whose size is given: what others run was not executed here.
 */
export function cycleSignals(
  outcomes: readonly CheckOutcome[],
  catalogueSize = outcomes.length,
): CycleSignals {
  const count = (outcome: CheckOutcome['outcome']) =>
    outcomes.filter((check) => check.outcome === outcome).length;
  const [passed, failed, unknown, skipped] = [
    count('pass'),
    count('fail'),
    count('unknown'),
    count('skipped'),
  ];
  const judged = passed + failed + unknown;
  return {
    passed,
    failed,
    unknown,
    skipped,
    passRate: judged === 0 ? undefined : passed / judged,
    coverage: catalogueSize === 0 ? 0 : outcomes.filter(({ executed }) => executed).length / catalogueSize,
  };
}
