export { formatDuration, parseDuration } from './duration.ts';
export { formatValue, type Unit } from './unit.ts';
