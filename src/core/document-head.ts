import { z } from 'zod';
import { operators } from './thresholds/bound.ts';
import { units } from './units/unit.ts';

/** A time in a document: ISO 8601, UTC. Numbers whose names end in `Ms` are milliseconds since 1970, or a length. */
export const documentTime = z.iso.datetime();

/** What every document of a command begins with. */
export const documentHead = {
  version: z.literal(1),
  at: documentTime.describe('When this document was made.'),
};

/** What a document says of the whole, where it judges; inconclusive is no success. */
export const documentVerdict = z.enum(['pass', 'fail', 'inconclusive']);

/** The units of figures. */
export const documentUnit = z.enum(units);

/** One side of a limit. */
export const documentBound = z.strictObject({
  operator: z.enum(operators),
  value: z.number(),
  forSeconds: z.number().optional(),
});

/** The head of a document that is made now. */
export const headAt = (nowMs: number) => ({ version: 1 as const, at: new Date(nowMs).toISOString() });
