import { oneLine } from '../../core/index.ts';

/**
 * Any text as text of Markdown within a line or a cell: nothing in it is markup, a link or a mention.
 * CommonMark lets every ASCII punctuation be escaped; GitHub links addresses and mentions even then.
 */
export function markdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]<>|~#!&$]/g, (sign) => `\\${sign}`)
    .replace(/@(?=\S)/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\b(www)\./gi, '$1\u200b.');
}

/** A code block that no line of the text can end. */
export function codeBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
