export { type EffectiveValue, effectiveLines, originOf } from './doctor/effective.ts';
export { type Finding, look } from './doctor/finding.ts';
export { lookAtMachine } from './doctor/look-at-machine.ts';
export { lookAtRollback } from './doctor/look-at-rollback.ts';
export { lookAtTarget } from './doctor/look-at-target.ts';
export { slaFindings } from './doctor/sla.ts';
export { type InitFile, initFiles } from './init/templates.ts';
export { checksDocument } from './render/checks-document.ts';
export {
  type ComparedDocument,
  compareDocuments,
  type RenderedDocument,
} from './render/compare-documents.ts';
export { monitoringFiles } from './render/monitoring/monitoring-files.ts';
export { settingsOf } from './render/monitoring/settings-of.ts';
export { rulesDocument } from './render/rules-document.ts';
export { schemaDocument } from './render/schema-documents.ts';
export { thresholdsDocument } from './render/thresholds-document.ts';
