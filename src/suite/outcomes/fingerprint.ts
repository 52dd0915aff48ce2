import { createHash } from 'node:crypto';
import { ofFormer } from '../../core/index.ts';
import type { CheckOutcome } from './check-outcome.ts';

/** Numbers, ids, times and addresses differ from run to run; what is left tells one failure from another. */
export function shapeOf(reason: string, { keepAddresses = false } = {}): string {
  const line = reason.split('\n', 1)[0] ?? '';
  return (keepAddresses ? line : line.replace(/https?:\/\/[^\s,;)]+/g, 'URL'))
    .replace(/\b[0-9a-f]{8,}(-[0-9a-f]{4,})*\b/gi, 'ID')
    .replace(/\d+(\.\d+)?/g, 'N')
    .trim();
}

/** Identity of a failure: the check and the shape of its message. Stable over runs, 16 hex digits. */
export function failureFingerprint({ id, reason }: Pick<CheckOutcome, 'id' | 'reason'>): string {
  return createHash('sha256')
    .update(`${id}\n${shapeOf(reason ?? '')}`)
    .digest('hex')
    .slice(0, 16);
}

/** Failing checks before the deployment, as fingerprints; afterwards only others are news. */
export type Baseline = ReadonlyMap<string, string>;

/** The baseline of a cycle: every failing check with its fingerprint. */
export function baselineOf(outcomes: readonly CheckOutcome[]): Map<string, string> {
  return new Map(
    outcomes
      .filter(({ outcome }) => outcome === 'fail')
      .map((check) => [check.id, failureFingerprint(check)]),
  );
}

/** Whether a failure is new: its check was green before the deployment, or fails in another way now. */
export function isNewFailure(
  check: Pick<CheckOutcome, 'id' | 'was' | 'outcome' | 'reason'>,
  baseline: Baseline,
): boolean {
  if (check.outcome !== 'fail') return false;
  const { id, was, reason } = check;
  const isKnown = (name: string) => {
    const [fingerprint, former = name] = baseline.get(name)?.split(ofFormer) ?? [];
    return fingerprint === failureFingerprint({ id: former, reason });
  };
  return !isKnown(id) && !(was !== undefined && isKnown(was));
}
