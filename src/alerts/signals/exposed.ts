// What the algebra, one folder down, takes from other modules.
export { type Exposition, histogramQuantile } from '../../clients/index.ts';
export { formatDuration } from '../../core/index.ts';
