export { openMetrics } from './open-metrics.ts';
export type { PageSource } from './page/facts.ts';
export { openPage } from './page/live/routes.ts';
export { openRollout } from './page/rollout-facts.ts';
export { labelledIncidents } from './replay/incidents.ts';
export { policyOf, readPolicy } from './replay/policy.ts';
export { renderReplay } from './replay/render-replay.ts';
export { replay } from './replay/replay.ts';
export { reportOptions } from './report/document.ts';
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
