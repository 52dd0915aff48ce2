export type { ReportDocument } from './document.ts';
export type { ReportOptions } from './inputs.ts';
export { type ReportFormat, reportFormats, writeReport } from './write-report.ts';
