export {
  doctorSchema,
  type ExaminedDocument,
  type ExplainedDocument,
  type InitDocument,
  initSchema,
  type RenderDocument,
  renderSchema,
} from './command-documents.ts';
export { runDemo } from './demo/demo.ts';
export { type EffectiveValue, effectiveText } from './doctor/effective.ts';
export { examine, findingsText } from './doctor/examine.ts';
export { discover } from './init/discover.ts';
export { initRepository, initText } from './init/init-repository.ts';
export {
  type ComparedDocument,
  compareDocuments,
  type RenderedDocument,
} from './render/compare-documents.ts';
export { monitoringFiles } from './render/monitoring/monitoring-files.ts';
export { renderWarnings } from './render/monitoring/render-warnings.ts';
export { secretsToMake } from './render/monitoring/secrets-to-make.ts';
export { type RuleEvaluator, settingsOf } from './render/monitoring/settings.ts';
