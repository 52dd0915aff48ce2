import { endOf, type VigilConfig } from '../../core/index.ts';
import type { CheckOutcome } from './check-outcome.ts';

export type AcceptedSkip = VigilConfig['suite']['skips'][number];

/** Whether a text holds a pattern, in which `*` stands for anything; letters in whatever case. */
function holdsPattern(text: string, pattern: string): boolean {
  let from = 0;
  const whole = text.toLowerCase();
  for (const part of pattern.toLowerCase().split('*')) {
    const at = whole.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

/** The entry that says that a skip is meant: it matches the check's id or what the runner gives as the reason. */
export function acceptedSkip(
  skips: readonly AcceptedSkip[],
  { id, said = '' }: { id: string; said?: string | undefined },
  nowMs: number,
): AcceptedSkip | undefined {
  return skips.find(
    ({ match, until }) =>
      (until === undefined || nowMs <= endOf(until)) && [id, said].some((text) => holdsPattern(text, match)),
  );
}

/** Whether a skip is one that the configuration accepts, and not one for a component that is not declared. */
export const isMeantSkip = ({ outcome, reason }: Pick<CheckOutcome, 'outcome' | 'reason'>): boolean =>
  outcome === 'skipped' && reason?.startsWith('skipped') === true;

/** Skips in words: those that the configuration accepts, and those for components that are not declared. */
export function skipWords(skipped: number, accepted: number): string[] {
  return [
    ...(accepted > 0 ? [`${accepted} skipped`] : []),
    ...(skipped > accepted ? [`${skipped - accepted} not declared`] : []),
  ];
}
