import { printable } from '../core/index.ts';

/** Text as a literal of SQL that can be read and copied: what can't be seen in it is written as bytes. */
export function sqlText(text: string): string {
  if (printable(text) === text && !text.includes('\n')) return `'${text.replaceAll("'", "''")}'`;
  return `CAST(x'${Buffer.from(text).toString('hex')}' AS TEXT)`;
}
