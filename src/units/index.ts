export { formatDuration, parseDuration } from './duration.ts';
export { formatBeside, formatValue, type Unit } from './unit.ts';
