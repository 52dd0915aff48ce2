/** A minute in seconds, in which the times of limits are given. */
export const minute = 60;
/** An hour in seconds. */
export const hour = 60 * minute;
