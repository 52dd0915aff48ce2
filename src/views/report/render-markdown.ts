import { oneLine } from '../../core/index.ts';
import type { Charts } from './charts/draw-charts.ts';
import type { ReportDocument } from './report-schema.ts';
import type { Block, Cell, ChartName, Section } from './sections/block.ts';
import { reasonsOf } from './verdict.ts';
import { glanceCaption, releaseText, reportTitle, timeText, verdictSign } from './words.ts';

/** Where the pictures of the Markdown are, beside it. */
export const picturesFolder = '48hour_report';

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

/** A picture by its name, if there is one; the folder stands beside the report. */
function picture(name: ChartName, caption: string, charts: Charts): string {
  const words = markdown(caption);
  return charts[name] === undefined
    ? `No picture, for there is no data: ${words}`
    : `![${words}](${picturesFolder}/${name}.svg)\n\n*${words}*`;
}

function blockText(block: Block, charts: Charts): string {
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
      return picture(block.name, block.caption, charts);
  }
}

/** The report as Markdown; every text of others is escaped, pictures are files beside it. */
export function reportMarkdown(
  document: ReportDocument,
  sections: readonly Section[],
  charts: Charts,
): string {
  const { conclusion, fromMs, toMs, name, target, release } = document;
  const { verdict, summary, headline, recommendation } = conclusion;
  const since = release ? ` ${releaseText(release, toMs)}` : '';
  const parts = [
    `# ${markdown(reportTitle(name, toMs - fromMs))}`,
    `## ${verdictSign[verdict]} ${verdict.toUpperCase()}`,
    `**${markdown(summary)}**`,
    markdown(headline),
    `**Recommendation:** ${markdown(recommendation)}`,
    ...reasonsOf(conclusion).flatMap(({ title, items }) => [
      `**${title}**`,
      items.map((item) => `- ${markdown(item)}`).join('\n'),
    ]),
    markdown(
      `Watched ${timeText(fromMs)} to ${timeText(toMs)} UTC, target ${target ?? 'none: no cycle is recorded'}.${since} Made ${timeText(document.generatedMs)} UTC from the evidence history; [Q1], [Q2] … name the query that gives a figure, in the appendix.`,
    ),
    picture('glance', glanceCaption, charts),
    ...sections.flatMap(({ title, blocks }) => [
      `## ${markdown(title)}`,
      ...blocks.map((block) => blockText(block, charts)),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}
