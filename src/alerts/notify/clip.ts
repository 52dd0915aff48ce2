import { printable } from '../../core/index.ts';

/** At most `length` UTF-16 units, never half a character, `…` for what is missing. */
export function clipped(text: string, length: number): string {
  const sound = text.toWellFormed();
  if (sound.length <= length) return sound;
  // A pair of surrogates that the cut would split is left out whole.
  return `${sound.slice(0, Math.max(0, length - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Text of others on several lines: no escape sequence, no control character, at most `length` long. */
export function plainText(text: string, length: number): string {
  // Cut first, so that cleaning never works on more than a message can hold.
  return clipped(printable(clipped(text, length * 2).replaceAll('\r\n', '\n')), length);
}
