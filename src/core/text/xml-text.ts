import escapeHtml from 'escape-html';
import { printable } from './safe-text.ts';

/** Text for an attribute or an element: no character that XML 1.0 forbids, no markup. */
export function xmlText(text: string): string {
  const allowed = printable(text)
    .toWellFormed()
    .replaceAll(/[\ufffe\uffff]/g, '�');
  return escapeHtml(allowed).replaceAll('\n', '&#10;');
}
