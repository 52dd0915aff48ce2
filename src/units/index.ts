export { formatDuration, parseDuration } from './duration.ts';
export { grouped } from './grouped.ts';
export { formatBeside, formatValue, type Unit } from './unit.ts';
