import { z } from 'zod';
import { formatDuration, parseDuration } from '../units/duration.ts';

const durationText = 'expected a duration such as "90s", "5m" or "48h"';
/** What a timer can wait for; a longer one would end at once. */
const longestMs = 2 ** 31 - 1;
export const dayMs = 86_400_000;

/** Below this a bare number was hardly meant in milliseconds. */
const leastBareMs = 1000;

/** What to say of a number without a unit: `5` may be meant in minutes, `300` in seconds. */
const unitText = (number: number): string =>
  `expected a duration with its unit: ${number} means ${number} ms here: did you mean "${number}${number < 60 ? 'm' : 's'}"?`;

/** A duration of at most so many milliseconds; it comes out in milliseconds. */
export const durationUpTo = (mostMs: number) => durationBetween(0, mostMs);

/** The same that has a least length. */
export function durationBetween(leastMs: number, mostMs: number) {
  return z
    .union([z.string(), z.number().positive({ error: durationText })], { error: durationText })
    .transform((value, context) => {
      const milliseconds = typeof value === 'number' ? value : parseDuration(value);
      const bare =
        typeof value === 'number' ? value : /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
      if (bare !== undefined && (typeof value === 'string' || bare < leastBareMs)) {
        context.addIssue({ code: 'custom', message: unitText(bare), input: value });
        return z.NEVER;
      }
      if (milliseconds === undefined || milliseconds < leastMs || milliseconds > mostMs) {
        const most = mostMs < dayMs ? formatDuration(mostMs) : `${Math.floor(mostMs / dayMs)} days`;
        const range = leastMs > 0 ? `${formatDuration(leastMs)} to ${most}` : `at most ${most}`;
        const message = milliseconds === undefined ? durationText : `expected ${range}`;
        context.addIssue({ code: 'custom', message, input: value });
        return z.NEVER;
      }
      return milliseconds;
    });
}

/** A duration that a timer can wait for. */
export const duration = durationUpTo(longestMs);
