export {
  type AlertsDocument,
  alertsSchema,
  type ChecksDocument,
  checksSchema,
  type HandoverDocument,
  handoverSchema,
} from './command-schemas.ts';
export { handover } from './handover.ts';
export { incidentMarkdown } from './incident-report.ts';
export { openMetrics } from './open-metrics.ts';
export type { PageSource } from './page/facts.ts';
export { openPage } from './page/live/routes.ts';
export { openOverview } from './page/overview/overview.ts';
export { type DeploymentRow, deploymentRow } from './page/overview/row.ts';
export { openRollout } from './page/rollout-facts.ts';
export { traceUrlOf } from './page/trace-url.ts';
export { labelledIncidents } from './replay/incidents.ts';
export { policyOf, readPolicy } from './replay/policy.ts';
export { renderReplay } from './replay/render-replay.ts';
export { replay } from './replay/replay.ts';
export { replaySchema } from './replay/replay-schema.ts';
export { reportOptions } from './report/document.ts';
export { reportSchema } from './report/report-schema.ts';
export {
  type ReportFormat,
  reportFormats,
  reportText,
  writeReport,
} from './report/write-report.ts';
export { cycleDocument } from './summary/cycle-document.ts';
export { type CycleDocument, cycleSchema } from './summary/cycle-schema.ts';
export { progressLine } from './summary/progress.ts';
export { renderSummary } from './summary/render-summary.ts';
