export type { HealthyResult } from './drill-report.ts';
export { runHealthy } from './healthy.ts';
export { drillOnTarget, onTargetText } from './on-target.ts';
export { drillHtml } from './render-html.ts';
export { matrixHeader, renderDrill, resultLine } from './render-matrix.ts';
export { runDrill } from './run-drill.ts';
export type { Suite } from './run-scenario.ts';
export { type Intended, type Range, type Scenario, type Shows, says, unmet } from './scenario.ts';
export { intendedBy, selectScenarios } from './select.ts';
