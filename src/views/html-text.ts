import escapeHtml from 'escape-html';
import { oneLine } from '../core/index.ts';

/** A number stays with its unit when the line breaks. */
export function unbroken(text: string): string {
  return text.replaceAll(/(\d) (?=%|[mµ]?s\b|min\b|h\b|[KMGT]?i?B\b)/g, '$1\u00a0');
}

/** Any text as text of HTML, in content and in quoted attributes; on one line, without control characters. */
export function html(text: string): string {
  return unbroken(escapeHtml(oneLine(text)));
}
