import { createHash } from 'node:crypto';
import { ofFormer } from '../../core/index.ts';
import type { CheckOutcome } from './check-outcome.ts';
import { isFrame } from './reason.ts';

/** As much of a reason as the history keeps of every one, so that a recorded failure is known again. */
const longestReason = 1900;

interface ShapeOptions {
  keepAddresses?: boolean;
  /** As they were before version 0.2. */
  longNumbersAreIds?: boolean;
}

/** Numbers, ids, times and addresses differ from run to run; what is left tells one failure from another. */
function normalised(text: string, { keepAddresses, longNumbersAreIds }: ShapeOptions = {}): string {
  return (keepAddresses ? text : text.replace(/https?:\/\/[^\s,;)]+/g, 'URL'))
    .replace(/\b[0-9a-f]{8,}(-[0-9a-f]{4,})*\b/gi, (id) =>
      /^\d+$/.test(id) && !longNumbersAreIds ? id : 'ID',
    )
    .replace(/\d+(\.\d+)?/g, 'N')
    .trim();
}

/** The shape of the first line. */
export const shapeOf = (reason: string, options?: ShapeOptions): string =>
  normalised(reason.split('\n', 1)[0] ?? '', options);

/** What tells a cause: the whole message and the first place that it names. */
function causeOf(reason: string): string {
  const lines = reason
    .slice(0, longestReason)
    .split('\n')
    .map((line) => line.trim());
  const top = lines.findIndex(isFrame);
  return lines.filter((line, index) => line !== '' && (index === top || !isFrame(line))).join('\n');
}

const hashOf = (id: string, shape: string): string =>
  createHash('sha256').update(`${id}\n${shape}`).digest('hex').slice(0, 16);

/** As failures were told apart before version 0.2: by the first line. */
const formerFingerprint = (id: string, reason: string): string =>
  hashOf(id, shapeOf(reason, { longNumbersAreIds: true }));

/** Identity of a failure: the check, the shape of its message, and where it failed. Stable over runs, 16 hex digits. */
export function failureFingerprint({ id, reason }: Pick<CheckOutcome, 'id' | 'reason'>): string {
  return hashOf(id, normalised(causeOf(reason ?? '')));
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
    if (fingerprint === undefined) return false;
    return (
      fingerprint === failureFingerprint({ id: former, reason }) ||
      fingerprint === formerFingerprint(former, reason ?? '')
    );
  };
  return !isKnown(id) && !(was !== undefined && isKnown(was));
}
