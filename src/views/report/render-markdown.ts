import { oneLine } from '../../core/index.ts';
import type { ReportDocument } from './document.ts';
import type { Block, Cell, Section } from './sections/block.ts';
import { reasonsOf } from './verdict.ts';
import { releaseText, reportTitle, timeText, verdictSign } from './words.ts';

/**
 * Any text as text of Markdown within a line or a cell: nothing in it is markup, a link or a mention.
 * CommonMark lets every ASCII punctuation be escaped; GitHub links addresses and mentions even then.
 */
function markdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]<>|~#!&$]/g, (sign) => `\\${sign}`)
    .replace(/@(?=\S)/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\b(www)\./gi, '$1\u200b.');
}

/** A code block that no line of the text can end. */
function codeBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

const references = (queries: readonly string[] = []): string =>
  queries.length === 0 ? '' : `[${queries.join(', ')}]`;

function cellText(cell: string | Cell): string {
  if (typeof cell === 'string') return markdown(cell);
  return [markdown(cell.text), references(cell.queries).replace(/[[\]]/g, '')].filter(Boolean).join(' ');
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'text':
      return [markdown(block.text), markdown(references(block.queries))].filter(Boolean).join(' ');
    case 'heading':
      return `### ${markdown(block.text)}`;
    case 'table': {
      const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
      return [
        line(block.head.map(markdown)),
        `|${block.head.map(() => '---').join('|')}|`,
        ...block.rows.map((row) => line(row.map(cellText))),
      ].join('\n');
    }
    case 'code':
      return `**${block.anchor}** ${markdown(block.caption)}\n\n${codeBlock(block.text, block.language)}`;
    case 'chart':
      return `*Picture in the HTML report:* ${markdown(block.caption)}`;
  }
}

/** The report as Markdown; every text of others is escaped. */
export function reportMarkdown(document: ReportDocument, sections: readonly Section[]): string {
  const { conclusion, fromMs, toMs, name, target, release } = document;
  const { verdict, headline, recommendation } = conclusion;
  const since = release ? ` ${releaseText(release, toMs)}` : '';
  const parts = [
    `# ${markdown(reportTitle(name, toMs - fromMs))}`,
    `## ${verdictSign[verdict]} ${verdict.toUpperCase()}`,
    `**${markdown(headline)}**`,
    `**Recommendation:** ${markdown(recommendation)}`,
    ...reasonsOf(conclusion).flatMap(({ title, items }) => [
      `**${title}**`,
      items.map((item) => `- ${markdown(item)}`).join('\n'),
    ]),
    markdown(
      `Watched ${timeText(fromMs)} to ${timeText(toMs)} UTC, target ${target ?? 'none: no cycle is recorded'}.${since} Made ${timeText(document.generatedMs)} UTC from the evidence history; [Q1], [Q2] … name the query that gives a figure, in the appendix.`,
    ),
    ...sections.flatMap(({ title, blocks }) => [`## ${markdown(title)}`, ...blocks.map(blockText)]),
  ];
  return `${parts.join('\n\n')}\n`;
}
