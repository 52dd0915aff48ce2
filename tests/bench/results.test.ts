import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resultsDocument, sectionsOf } from '../../bench/support/results.ts';
import { ratioTable } from '../../bench/support/rounds.ts';
import { targets } from '../../bench/support/targets.ts';

const benches = { cycle: 'A cycle', junit: 'JUnit', history: 'Two days', growth: 'More' };

const row = (name: string, wallMs: number) => ({ name, wallMs, cpuMs: wallMs, rounds: 3 });
const cycle = ratioTable([
  row('`npx vitest run`, bare', 1000),
  row('Vigil, a child per cycle, everything', 390),
  row('Vigil with `suite.standby`, everything, from the word', 160),
  row('mocha, bare', 170),
]);
const junit = ratioTable([
  row('Vigil (parsed, judged, cross-checked)', 100),
  row('fast-xml-parser (objects only)', 180),
  row('junit2json', 300),
]);

/** Lines of the table of targets about one bench. */
const judged = (document: string, bench: string) =>
  document.split('\n').filter((line) => line.endsWith(`| \`node bench/${bench}.ts\` |`));

test('a target is met, not met or not measured, as its own section says', () => {
  const sections = new Map([
    ['A cycle', `${cycle}\n\nAfter the suite has been judged, everything else: 12.3 ms (median).`],
    ['JUnit', junit],
    ['More', 'Cost over 2,000 cycles, without the look: grows.'],
  ]);
  const document = resultsDocument(benches, sections, new Map([['A cycle', cycle.replace('0.39', '0.35')]]));
  expect(judged(document, 'cycle').map((line) => line.split(' | ').slice(1, 5))).toEqual([
    ['≤ 0.40', '0.35', '0.39', 'met'],
    ['≤ 0.40', '0.39', '0.39', 'met'],
    ['≤ 0.15', '0.16', '0.16', '**not met**'],
    ['less than mocha', 'less (0.16 and 0.17)', 'less (0.16 and 0.17)', 'met'],
    ['≤ 40', '–', '12.3', 'met'],
  ]);
  expect(judged(document, 'junit')[0]).toContain('| – | 1.8 | met |');
  expect(judged(document, 'growth')[0]).toContain('| – | grows | **not met** |');
  for (const line of judged(document, 'history')) expect(line).toContain('| – | not measured |');
});

test('a section of a failed bench meets no target', () => {
  const document = resultsDocument(
    benches,
    new Map([['JUnit', '**This bench failed**: exit code 1']]),
    new Map(),
  );
  expect(judged(document, 'junit')[0]).toContain('| – | not measured |');
});

test('a section that is made anew leaves the others as they were, in the order of the benches', () => {
  const first = resultsDocument(
    benches,
    new Map([['A cycle', `${cycle}\n\n### More of it\n\ntext`]]),
    new Map(),
  );
  const second = resultsDocument(benches, sectionsOf(first).set('JUnit', junit), new Map());
  expect(sectionsOf(second).get('A cycle')).toBe(`${cycle}\n\n### More of it\n\ntext`);
  const third = resultsDocument(benches, sectionsOf(second).set('A cycle', 'anew'), new Map());
  expect([...sectionsOf(third).keys()]).toEqual(['Against the targets', 'A cycle', 'JUnit']);
  expect(sectionsOf(third).get('JUnit')).toBe(junit);
});

test('without any results every target is not measured', () => {
  const document = resultsDocument(benches, sectionsOf(''), new Map());
  expect(document.match(/\| not measured \|/g)).toHaveLength(targets.length);
});

test.each(targets)('the bench $bench writes what “$what” is read from', ({ bench, says }) => {
  expect(readFileSync(new URL(`../../bench/${bench}.ts`, import.meta.url), 'utf8')).toContain(says);
});

test('the loop beside production is read from a sentence, or from the row of what is installed', () => {
  const figures = (section: string) =>
    targets.filter(({ bench }) => bench === 'footprint').map(({ find }) => find(section));
  expect(figures('An idle loop, over 120 s: 88 MB resident, 0.21 % of a core.')).toEqual(['88', '0.21']);
  const table = `| the loop as it is installed, JavaScript | 85 MB | 60 MB | 1 | 0.22 % |
| the loop in the repository, TypeScript | 120 MB | 90 MB | 1 | 0.40 % |`;
  expect(figures(table)).toEqual(['85', '0.22']);
});
