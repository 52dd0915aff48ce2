export { apiDocument } from './api-document.ts';
export { checksDocument } from './checks-document.ts';
export { type ComparedDocument, compareDocuments, type RenderedDocument } from './compare-documents.ts';
export {
  type MonitoringSettings,
  monitoringFiles,
  type Probe,
  type Receivers,
  settingsOf,
  stackFiles,
} from './monitoring/index.ts';
export { rulesDocument } from './rules-document.ts';
export { schemaDocument } from './schema-documents.ts';
export { thresholdsDocument } from './thresholds-document.ts';
