import { endOf, type VigilConfig } from '../../core/index.ts';

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
