import { table } from './rounds.ts';
import { targets } from './targets.ts';

/** Sections of a file of results by their title, each without its heading. */
export function sectionsOf(markdown: string): Map<string, string> {
  const [, ...parts] = markdown.split(/^## /m);
  return new Map(
    parts.map((part) => {
      const [title = '', ...lines] = part.split('\n');
      return [title, lines.join('\n').trim()];
    }),
  );
}

/** Every target with what its section says now and said before; what was not measured is said to be so. */
function targetTable(
  benches: Readonly<Record<string, string>>,
  sections: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
): string {
  const rows = targets.map(({ bench, what, target, find, isMet }) => {
    const title = benches[bench] ?? '';
    const figure = find(sections.get(title) ?? '');
    const verdict = figure === undefined ? 'not measured' : isMet(figure) ? 'met' : '**not met**';
    const earlier = find(before.get(title) ?? '');
    return [what, target, earlier ?? '–', figure ?? '–', verdict, `\`node bench/${bench}.ts\``];
  });
  return table(['', 'target', 'before', 'found', 'so', 'by'], rows);
}

const againstTargets = 'Against the targets';

/**
 * The file of results: targets first, then the sections in the order of the benches (name: title). `before` holds the
 * sections of the results that they are compared with.
 */
export function resultsDocument(
  benches: Readonly<Record<string, string>>,
  sections: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
): string {
  const present = Object.values(benches).flatMap((title) => {
    const text = sections.get(title);
    return text === undefined ? [] : [`## ${title}\n\n${text}\n`];
  });
  return `# Results

Made by \`npm run bench\`; each section says when, by which command, on which machine and under which load. \`npm run bench -- junit\`
makes only that section anew. The contestants of a table ran in turn, round by round: their ratios tell more than the
milliseconds.

## ${againstTargets}

${targetTable(benches, sections, before)}

Before: [RESULTS-before.md](RESULTS-before.md), measured on the same kind of machine before \`src/\` became ten wings on Node’s own settings.

${present.join('\n')}`;
}
