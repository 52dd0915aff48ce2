import { spawnSync } from 'node:child_process';
import { messageOf } from '../errors.ts';

/** Where Node finds the mistake in a file that it can't parse, as `FILE:LINE:COLUMN`; `undefined` where it doesn't say. */
export function syntaxPlace(file: string, thrown: SyntaxError): string | undefined {
  // Read as a module, JSON would be wrong at its first key.
  if (file.endsWith('.json')) {
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(messageOf(thrown)) ?? [];
    return line === undefined ? undefined : `${file}:${line}:${column}`;
  }
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8', timeout: 10_000 });
  const lines = (stderr ?? '').split('\n');
  const line = /:(\d+)$/.exec(lines[0] ?? '')?.[1];
  const caret = lines.find((text) => /^\s*\^+\s*$/.test(text));
  if (line === undefined || caret === undefined) return undefined;
  return `${file}:${line}:${caret.indexOf('^') + 1}`;
}
