import { z } from 'zod';
import { parseDuration } from '../units/duration.ts';

const durationText = 'expected a duration such as "90s", "5m" or "48h"';
/** What a timer can wait for; a longer one would end at once. */
const longestMs = 2 ** 31 - 1;
export const dayMs = 86_400_000;

/** A duration of at most so many milliseconds; it comes out in milliseconds. */
export const durationUpTo = (mostMs: number) => durationBetween(0, mostMs);

/** The same that has a least length. */
export function durationBetween(leastMs: number, mostMs: number) {
  return z
    .union([z.string(), z.number().positive({ error: durationText })], { error: durationText })
    .transform((value, context) => {
      const milliseconds = typeof value === 'number' ? value : parseDuration(value);
      if (milliseconds === undefined || milliseconds < leastMs || milliseconds > mostMs) {
        const most = mostMs < dayMs ? `${Math.floor(mostMs / 1000)} s` : `${Math.floor(mostMs / dayMs)} days`;
        const range = leastMs > 0 ? `${leastMs / 1000} to ${mostMs / 1000} seconds` : `at most ${most}`;
        const message = milliseconds === undefined ? durationText : `expected ${range}`;
        context.addIssue({ code: 'custom', message, input: value });
        return z.NEVER;
      }
      return milliseconds;
    });
}

/** A duration that a timer can wait for. */
export const duration = durationUpTo(longestMs);
