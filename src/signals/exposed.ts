// What the algebra, one folder down, takes from other modules.
export { type Exposition, histogramQuantile } from '../exposition/index.ts';
export { formatDuration } from '../units/index.ts';
