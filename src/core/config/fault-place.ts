import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../errors.ts';

/** Where a module threw, as `FILE:LINE:COLUMN`: the first frame of its stack outside Node and libraries; `undefined` where there is none. */
export function thrownPlace(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  // Who waits for it stands there as `async`.
  const frames = (thrown.stack ?? '').matchAll(
    /^ {4}at (?!async )(?:.* \()?(file:\/\/\S+?):(\d+):(\d+)\)?$/gm,
  );
  const own = [...frames].find(([, url = '']) => !url.includes('/node_modules/'));
  return own && `${fileURLToPath(own[1]?.split('?')[0] ?? '')}:${own[2]}:${own[3]}`;
}

/**
 * Where Node finds the mistake in a file, or in one that it imports, that can't be parsed, as `FILE:LINE:COLUMN`; `undefined`
 * where it doesn't say.
 */
export function syntaxPlace(file: string, thrown: SyntaxError): string | undefined {
  // Read as a module, JSON would be wrong at its first key.
  if (file.endsWith('.json')) {
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(messageOf(thrown)) ?? [];
    return line === undefined ? undefined : `${file}:${line}:${column}`;
  }
  // Only an error that nobody catches is told with its place. Nothing of the file runs: it is parsed first.
  const read = ['--input-type=module', '--eval', 'await import(process.argv[1])', file];
  const { stderr } = spawnSync(process.execPath, read, { encoding: 'utf8', timeout: 10_000 });
  const found = /^(?:file:\/\/)?(\/.+):(\d+)\n[\s\S]*?\n( *)\^/m.exec(stderr ?? '');
  return found ? `${found[1]}:${found[2]}:${(found[3]?.length ?? 0) + 1}` : undefined;
}
