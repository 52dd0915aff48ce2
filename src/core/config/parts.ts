import { z } from 'zod';
import { parseLimit } from '../thresholds/limit-text.ts';
import { isSecretReference } from './secret-reference.ts';

export const httpUrlSchema = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' })
  .transform((url) => url.replace(/\/+$/, ''));

/** A limit as a person writes it, `< 200 ms`; it stays text. */
export const limitSchema = z
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

/** Keys that hold references are named so that no message ever shows their values. */
export const secretReference = z
  .string({ error: 'expected a reference to the secret: env:NAME or file:/path' })
  .refine(isSecretReference, 'expected a reference, env:NAME or file:/path, and not the secret itself');

/** A name that a label can carry. */
export const shortName = z
  .string()
  .regex(/^[\w.-]{1,40}$/, 'expected at most 40 letters, digits, ".", "_" or "-"');

/** Complains of every name that another before it has. */
export function eachOnce(
  context: z.RefinementCtx,
  names: readonly string[],
  complaint: (name: string, index: number) => { path: PropertyKey[]; message: string },
): void {
  names.forEach((name, index) => {
    if (names.indexOf(name) < index)
      context.addIssue({ code: 'custom', input: name, ...complaint(name, index) });
  });
}
