import { z } from 'zod';
import { distinct } from './parts.ts';

/** The last millisecond of a day, or the instant given. */
export function endOf(until: string): number {
  return Date.parse(until.length === 10 ? `${until}T23:59:59.999Z` : until);
}

const zone = { offset: true };

/** The last day, in UTC, or the instant until which something holds. */
export const until = z.union(
  [z.iso.date(), z.iso.datetime(zone), z.iso.datetime({ ...zone, precision: -1 })],
  {
    error: 'expected a date that exists, such as "2026-12-24", or a time with its zone',
  },
);

const entry = z.strictObject({
  check: z.string().min(1),
  owner: z.string().min(1, 'expected the owner, who fixes the check'),
  until,
  reason: z.string().min(1, 'expected the reason of the quarantine'),
});

/** Checks whose failures do not decide a verdict for a while; who mends them, until when, and why. */
export const quarantineSchema = z
  .array(entry)
  .max(50)
  .superRefine(
    distinct(
      'check',
      ({ check }) => check,
      (check) => `expected one entry for each check; "${check}" has another`,
    ),
  );

export type QuarantineEntry = z.output<typeof entry>;
