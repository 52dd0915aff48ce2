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

/** Every target with what its section says; what was not measured is said to be so. */
function targetTable(
  benches: Readonly<Record<string, string>>,
  sections: ReadonlyMap<string, string>,
): string {
  const rows = targets.map(({ bench, what, target, find, isMet }) => {
    const section = sections.get(benches[bench] ?? '');
    const figure = section === undefined ? undefined : find(section);
    const verdict = figure === undefined ? 'not measured' : isMet(figure) ? 'met' : '**not met**';
    return [what, target, figure ?? '–', verdict, `\`node bench/${bench}.ts\``];
  });
  return table(['', 'target', 'found', 'so', 'by'], rows);
}

const againstTargets = 'Against the targets';

/** The file of results: targets first, then the sections in the order of the benches (name: title). */
export function resultsDocument(
  benches: Readonly<Record<string, string>>,
  sections: ReadonlyMap<string, string>,
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

${targetTable(benches, sections)}

${present.join('\n')}`;
}
