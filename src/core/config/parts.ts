import { z } from 'zod';
import { parseLimit } from '../thresholds/limit-text.ts';
import { isSecretReference } from './secret-reference.ts';

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
