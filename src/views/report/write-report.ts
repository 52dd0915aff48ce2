import path from 'node:path';
import { alertRules } from '../../alerts/index.ts';
import { oneLine, writeAtomically } from '../../core/index.ts';
import { drawCharts } from './charts/draw-charts.ts';
import { buildReport, type ReportDocument, type ReportedHistory, type ReportOptions } from './document.ts';
import { reportHtml } from './render-html.ts';
import { reportMarkdown } from './render-markdown.ts';
import { alertSection, unitsOf } from './sections/alerts.ts';
import { checkSection } from './sections/checks.ts';
import { gateSection, rollbackSection } from './sections/decisions.ts';
import {
  appendixSection,
  coverageSection,
  curveSection,
  objectiveSection,
  resourceSection,
} from './sections/figures.ts';
import { timelineSection } from './sections/timeline.ts';

/** What a report came to and where it is, for a person. */
export function reportText({ conclusion }: ReportDocument, files: readonly string[]): string {
  const { verdict, headline, recommendation, failures, doubts, cautions } = conclusion;
  const listed = [...failures, ...doubts, ...cautions].map((text) => `  - ${oneLine(text)}`);
  const where = files.map((file) => path.relative(process.cwd(), file) || file).join(', ');
  return [
    `${verdict.toUpperCase()}  ${oneLine(headline)}`,
    oneLine(recommendation),
    ...listed,
    `Written: ${where}`,
    '',
  ].join('\n');
}

export const reportFormats = ['md', 'html', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** A report in one format, as text. */
async function rendered(
  document: ReportDocument,
  format: ReportFormat,
  options: ReportOptions,
): Promise<string> {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`;
  // Below the verdict, in the order in which a person decides.
  const sections = [
    objectiveSection(document),
    coverageSection(document),
    timelineSection(document),
    alertSection(document, unitsOf(alertRules(options.table, options.naming), options.table)),
    gateSection(document),
    rollbackSection(document),
    curveSection(document),
    checkSection(document),
    resourceSection(document),
    appendixSection(document),
  ];
  if (format === 'md') return reportMarkdown(document, sections);
  return reportHtml(document, sections, await drawCharts(document, options.table));
}

/**
 * Writes `48hour_report.md`, `.html` and `.json` (or those of the formats) into a folder, from what the history
 * holds now; returns the report as data and the files.
 */
export async function writeReport(
  reader: ReportedHistory,
  options: ReportOptions & { folder: string; formats?: readonly ReportFormat[] },
): Promise<{ document: ReportDocument; files: string[] }> {
  const document = buildReport(reader, options);
  const files: string[] = [];
  for (const format of options.formats ?? (['md', 'html'] as const)) {
    const file = path.join(options.folder, `48hour_report.${format}`);
    writeAtomically(file, await rendered(document, format, options));
    files.push(file);
  }
  return { document, files };
}
