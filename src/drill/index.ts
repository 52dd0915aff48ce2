export { type DrillDocument, drillSchema, type HealthyResult } from './drill-documents.ts';
export { runHealthy } from './healthy.ts';
export { drillOnTarget, onTargetDocument, onTargetText } from './on-target.ts';
export { drillHtml } from './render-html.ts';
export { matrixHeader, renderDrill, resultLine } from './render-matrix.ts';
export { runDrill } from './run-drill.ts';
export type { Suite } from './run-scenario.ts';
export {
  type Intended,
  intendedBy,
  type Range,
  type Scenario,
  type Shows,
  says,
  selectScenarios,
  unmet,
} from './scenario.ts';
