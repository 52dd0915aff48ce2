/** A time in ms since 1970 as ISO 8601, at the second that it lies in. */
export const isoSecond = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z');
