import path from 'node:path';
import { alertRules } from '../../alerts/index.ts';
import { oneLine, writeAtomically } from '../../core/index.ts';
import { type Charts, drawCharts } from './charts/draw-charts.ts';
import { buildReport, type ReportedHistory, type ReportOptions } from './document.ts';
import { reportHtml } from './render-html.ts';
import { picturesFolder, reportMarkdown } from './render-markdown.ts';
import type { ReportDocument } from './report-schema.ts';
import { alertSection, measuresOf } from './sections/alerts.ts';
import { checkSection } from './sections/checks.ts';
import { gateSection, rollbackSection } from './sections/decisions.ts';
import { incidentSection, signOffSection } from './sections/incidents.ts';
import {
  appendixSection,
  comparisonSection,
  coverageSection,
  curveSection,
  objectiveSection,
  resourceSection,
} from './sections/measurements.ts';
import { timelineSection } from './sections/timeline.ts';

/** What a report came to and where it is, for a person. */
export function reportText({ conclusion }: ReportDocument, files: readonly string[]): string {
  const { verdict, summary, headline, recommendation, failures, doubts, cautions } = conclusion;
  const listed = [...failures, ...doubts, ...cautions].map((text) => `  - ${oneLine(text)}`);
  const where = files.map((file) => path.relative(process.cwd(), file) || file).join(', ');
  return [
    `${verdict.toUpperCase()}  ${oneLine(summary)}`,
    oneLine(headline),
    oneLine(recommendation),
    ...listed,
    `Written: ${where}`,
    '',
  ].join('\n');
}

export const reportFormats = ['md', 'html', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** A report in one format, as text. */
function rendered(
  document: ReportDocument,
  format: ReportFormat,
  options: ReportOptions,
  charts: Charts,
): string {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`;
  // Below the verdict, in the order in which a person decides.
  const sections = [
    incidentSection(document),
    objectiveSection(document),
    comparisonSection(document),
    coverageSection(document),
    timelineSection(document),
    alertSection(document, measuresOf(alertRules(options.table, options.naming), options.table)),
    gateSection(document),
    rollbackSection(document),
    curveSection(document),
    checkSection(document),
    resourceSection(document),
    signOffSection(document),
    appendixSection(document),
  ];
  return format === 'md'
    ? reportMarkdown(document, sections, charts)
    : reportHtml(document, sections, charts);
}

/** Writes the pictures of the Markdown on white, whatever the reader's ground is. */
function writePictures(folder: string, charts: Charts): void {
  for (const [name, svg] of Object.entries(charts)) {
    const onWhite = svg.replace(/^<svg[^>]*>/, '$&<rect width="100%" height="100%" fill="#fff"/>');
    writeAtomically(path.join(folder, picturesFolder, `${name}.svg`), onWhite);
  }
}

/**
 * Writes `48hour_report.md` with a folder of its pictures, `.html` and `.json` (or those of the formats) into a folder,
 * from what the history holds now; returns the report as data and the files.
 */
export async function writeReport(
  reader: ReportedHistory,
  options: ReportOptions & { folder: string; formats?: readonly ReportFormat[] },
): Promise<{ document: ReportDocument; files: string[] }> {
  const document = buildReport(reader, options);
  const files: string[] = [];
  const formats = options.formats ?? (['md', 'html'] as const);
  const isDrawn = formats.some((format) => format !== 'json');
  const charts = isDrawn ? await drawCharts(document, options.table) : {};
  if (formats.includes('md')) writePictures(options.folder, charts);
  for (const format of formats) {
    const file = path.join(options.folder, `48hour_report.${format}`);
    writeAtomically(file, rendered(document, format, options, charts));
    files.push(file);
  }
  return { document, files };
}
