export { cycleDocument } from './cycle-document.ts';
export { type CycleDocument, cycleSchema } from './cycle-schema.ts';
export { progressLine } from './progress.ts';
export { renderSummary, type SummaryOptions } from './render-summary.ts';
export { type Style, signOf } from './style.ts';
