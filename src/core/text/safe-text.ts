const escapeSequence = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const controlButLineBreak = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Characters that show a text in another order than it has. */
const reordering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of others, made safe for a terminal: no escape sequence, no control character but the line break. */
export function printable(text: string): string {
  return text.replace(escapeSequence, '').replace(reordering, '').replace(controlButLineBreak, '�');
}

/** The beginning of a text; a mark says that something is missing, and lets a secret be known that was cut through. */
export const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** Text of others on one line of ours: no line break, no control character, at most 500 characters. */
export function oneLine(text: string): string {
  const clean = text.replace(escapeSequence, '').replace(reordering, '').replace(control, ' ').trim();
  return shortened(clean, 500);
}
