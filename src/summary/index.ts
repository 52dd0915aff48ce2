export { cycleDocument } from './cycle-document.ts';
export { progressLine } from './progress.ts';
export { renderSummary, type SummaryOptions } from './render-summary.ts';
export { type Style, signOf } from './style.ts';
