import path from 'node:path';
import { documentHead } from './markdown.ts';

/** Reads a source of the repository by its path. */
export type ReadSource = (file: string) => string;

interface Declared {
  name: string;
  /** The sentence above it, without the comment's stars. */
  says: string;
  /** What a caller sees: the head of a function, the whole of a type. */
  code: string;
}

const exportLists = /export (type )?\{([^}]*)\} from '([^']+)'/g;

/** Names that a file hands on, with the file that each comes from. */
function handedOn(file: string, read: ReadSource): { name: string; from: string }[] {
  return [...read(file).matchAll(exportLists)].flatMap(([, , names = '', from = '']) =>
    names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '')
      .map((name) => ({ name, from: path.posix.join(path.posix.dirname(file), from) })),
  );
}

function textOf(comment: string | undefined): string {
  return (comment ?? '')
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join(' ')
    .trim();
}

/** The head of a function, without its body; a class by its first line; any other declaration as it stands. */
function codeOf(source: string, kind: string): string {
  if (kind.endsWith('function')) {
    const body = /^[^\n]*\)(?:: [^\n]*?)?( \{)\n|^\)(?:: [^\n]*?)?( \{)\n/m.exec(source);
    return body ? source.slice(0, body.index + body[0].length - ' {\n'.length) : source;
  }
  if (kind === 'class') return `${source.slice(0, source.indexOf('{')).trim()} { … }`;
  const end = kind === 'interface' ? /^\}/m.exec(source) : /;\n(?![ }])/.exec(source);
  return source.slice(0, end ? end.index + 1 : source.length);
}

/** The declaration of a name, looked for from the file that hands it on. */
function declarationOf(name: string, file: string, read: ReadSource): Declared {
  const source = read(file);
  const pattern = new RegExp(
    String.raw`(/\*\*(?:(?!\*/)[^])*\*/\n)?export ((?:async )?function|const|interface|type|class) ${name}\b`,
  );
  const found = pattern.exec(source);
  if (found) {
    const [, comment, kind = ''] = found;
    const start = found.index + (comment?.length ?? 0);
    return { name, says: textOf(comment?.trim()), code: codeOf(source.slice(start), kind) };
  }
  const next = handedOn(file, read).find((entry) => entry.name === name);
  if (!next) throw new Error(`${name} is exported by ${file}, and no declaration of it was found`);
  return declarationOf(name, next.from, read);
}

/** The reference of what the package exports, from the sentences above its declarations. */
export function apiDocument(
  entries: readonly { specifier: string; file: string }[],
  read: ReadSource,
): string {
  const sections = entries.flatMap(({ specifier, file }) => [
    `## ${specifier}`,
    '',
    ...handedOn(file, read)
      .map(({ name, from }) => declarationOf(name, from, read))
      .sort((a, b) => a.name.localeCompare(b.name, 'en'))
      .flatMap(({ name, says, code }) => [
        `### ${name}`,
        '',
        ...(says ? [says, ''] : []),
        '```typescript',
        code.replace(/^export (?!default)/, ''),
        '```',
        '',
      ]),
  ]);
  return `${[
    documentHead('API', ['the sources of src/']),
    '',
    'What a suite or a program imports. How to use it is in [suites.md](suites.md), every key of the configuration in',
    '[configuration.md](configuration.md).',
    '',
    ...sections,
  ]
    .join('\n')
    .trimEnd()}\n`;
}
