import { z } from 'zod';

const text = z.string();

/** What shows that a rollback took effect, by its type: the release id, the share of a flag, or a query. */
export const proofShape = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('release'),
    /** Where each service, or each instance of one, says which release it is. */
    sources: z.array(z.object({ url: text, path: text, json: text })),
    expected: text.exactOptional(),
  }),
  z.object({
    by: z.literal('share'),
    url: text,
    key: text,
    variant: text,
    value: z.unknown().optional(),
    samples: z.number(),
  }),
  z.object({
    by: z.literal('query'),
    urls: z.array(text),
    /** The database that is asked, as a person calls it. */
    name: text,
    command: z.array(text).exactOptional(),
    /** Reference to the password, never the password. */
    password: text.exactOptional(),
    expected: text.exactOptional(),
  }),
]);
export type RollbackProof = z.output<typeof proofShape>;

const reading = z.object({
  /** Every different answer that it gave. */
  answers: z.array(text),
  /** When its process started, seconds since 1970, where it says so. */
  startedSeconds: z.number().exactOptional(),
});
export type RunningReading = z.output<typeof reading>;

/** What was read, by where: an address, a flag, a database. */
export const readingsShape = z.record(text, reading);
export type Readings = z.output<typeof readingsShape>;

const answersText = ({ answers }: RunningReading): string => answers.join(' and ');

/** Whether a place ran nothing but the expected release already, as the instances that a canary had not reached. */
const isUntouched = (expected: string | undefined, was: RunningReading | undefined): boolean =>
  expected !== undefined && was !== undefined && answersText(was) === expected;

/**
 * Why a rollback is not proven by what was read before and after it; `undefined` when it is. What answers as before was
 * not changed, several answers are several releases, and a process that runs since before was not restarted. A place that
 * ran the expected release all along has nothing to show, as long as another one changed.
 */
export function whyNotProven(
  expected: string | undefined,
  before: Readings,
  after: Readings,
): string | undefined {
  const isPartial = Object.values(before).some(
    (was) => was.answers.length > 0 && !isUntouched(expected, was),
  );
  for (const [where, now] of Object.entries(after)) {
    const was = before[where];
    if (isPartial && isUntouched(expected, was) && answersText(now) === expected) continue;
    if (now.answers.length > 1) return `${where}: ${answersText(now)}, each some of the time`;
    const [answer] = now.answers;
    if (answer !== undefined) {
      if (expected !== undefined && answer !== expected) return `${where}: ${answer}, expected ${expected}`;
      if (was && answersText(was) === answer) return `${where}: ${answer}, as before the rollback`;
      if (!was && expected === undefined)
        return `${where}: ${answer}, and what was there before could not be read`;
    }
    const started = now.startedSeconds;
    if (started !== undefined && started === was?.startedSeconds)
      return `${where} was not restarted: its process runs since ${new Date(started * 1000).toISOString()}`;
  }
  return undefined;
}
