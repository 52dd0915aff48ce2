import { z } from 'zod';
import { eachOnce } from './parts.ts';

/** The last millisecond of a day, or the instant given. */
export function endOf(until: string): number {
  return Date.parse(until.length === 10 ? `${until}T23:59:59.999Z` : until);
}

/** `2026-02-31` would quietly become a day in March. */
function isDate(until: string): boolean {
  const day = until.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return (
    Number.isFinite(endOf(until)) &&
    Number.isFinite(midnight) &&
    new Date(midnight).toISOString().startsWith(day)
  );
}

const entry = z.strictObject({
  check: z.string().min(1),
  owner: z.string().min(1, 'expected who mends the check'),
  until: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/, {
      error: 'expected a date such as "2026-12-24", or a time with its zone',
      abort: true,
    })
    .refine(isDate, 'expected a date that exists'),
  reason: z.string().min(1, 'expected why the check is not believed'),
});

/** Checks whose failures do not decide a verdict for a while; who mends them, until when, and why. */
export const quarantineSchema = z
  .array(entry)
  .max(50)
  .superRefine((entries, context) =>
    eachOnce(
      context,
      entries.map(({ check }) => check),
      (index) => [index, 'check'],
      (check) => `expected one entry for each check; "${check}" has another`,
    ),
  );

export type QuarantineEntry = z.output<typeof entry>;
