import { z } from 'zod';
import { parseLimit } from '../thresholds/index.ts';
import { parseDuration } from '../units/index.ts';
import { isSecretReference } from './secret-reference.ts';

const durationText = 'expected a duration such as "90s", "5m" or "48h"';
const dayMs = 86_400_000;

/** A duration as text or milliseconds, at most so long; milliseconds come out. */
export function durationUpTo(mostMs: number) {
  return z
    .union([z.string(), z.number().positive({ error: durationText })], { error: durationText })
    .transform((value, context) => {
      const milliseconds = typeof value === 'number' ? value : parseDuration(value);
      if (milliseconds === undefined || milliseconds > mostMs) {
        const most = mostMs < dayMs ? `${Math.floor(mostMs / 1000)} s` : `${Math.floor(mostMs / dayMs)} days`;
        const message = milliseconds === undefined ? durationText : `expected at most ${most}`;
        context.addIssue({ code: 'custom', message, input: value });
        return z.NEVER;
      }
      return milliseconds;
    });
}

export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' })
  .transform((url) => url.replace(/\/+$/, ''));

/** A limit as a person writes it, `< 200 ms`; it stays text. */
export const limitText = z
  .string()
  .refine(
    (text) => parseLimit(text) !== undefined,
    'expected a limit such as "< 200 ms", ">= 99.5 %" or "<= 0"',
  );

/** The same for values of one unit only. */
export const limitIn = (unit: 'seconds' | 'ratio', example: string) =>
  z
    .string()
    .refine(
      (text) => parseLimit(text)?.unit === unit,
      `expected a limit with its unit, such as "${example}"`,
    );

export const secretReference = z
  .string()
  .refine(isSecretReference, 'expected a reference, env:NAME or file:/path, never the secret itself');
