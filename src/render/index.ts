export { apiDocument } from './api-document.ts';
export { checksDocument } from './checks-document.ts';
export { type ComparedDocument, compareDocuments, type RenderedDocument } from './compare-documents.ts';
export { schemaDocument } from './schema-documents.ts';
export { thresholdsDocument } from './thresholds-document.ts';
