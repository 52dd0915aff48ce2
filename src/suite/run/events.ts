import { z } from 'zod';
import { operators, units } from '../../core/index.ts';

const measurement = z.object({
  name: z.string(),
  value: z
    .number()
    .nullable()
    .transform((value) => value ?? Number.NaN),
  unit: z.enum(units),
  bound: z
    .object({
      operator: z.enum(operators),
      value: z.number(),
      forSeconds: z.number().optional(),
    })
    .optional(),
  sample: z.number().optional(),
  note: z.string().optional(),
});

/** A request of a check and its answer, cut. */
export const exchange = z.object({
  method: z.string(),
  url: z.string(),
  sent: z.string().optional(),
  status: z.number().optional(),
  type: z.string().optional(),
  came: z.string().optional(),
  failure: z.string().optional(),
  durationMs: z.number(),
  traceId: z.string().optional(),
});

/** What a check says of itself in the suite's own code. */
const ownDefinition = z.object({
  id: z.string().optional(),
  title: z.string(),
  group: z.string().optional(),
  severity: z.enum(['critical', 'warning', 'info']),
  priority: z.enum(['P0', 'P1', 'P2', 'P3', 'P4']),
  measures: z.string(),
  next: z.string(),
  runbook: z.string(),
  service: z.string().optional(),
});

/** Where a case stands: which of several projects ran it, and which of its file's cases it is, as they were found. */
const standing = {
  project: z.string().optional(),
  file: z.string(),
  position: z.int().nonnegative().optional(),
};

const collectedEvent = z.object({
  type: z.literal('collected'),
  ...standing,
  fullName: z.string(),
  tags: z.array(z.string()),
  definition: ownDefinition.optional(),
});

/** What begins in a run: the reading of a file, a test, or the set-up or tear-down of a file or a group (`hook`). */
const beganEvent = z.object({
  type: z.literal('began'),
  ...standing,
  /** The test or the group; absent for a file. */
  fullName: z.string().optional(),
  hook: z.enum(['beforeAll', 'afterAll']).optional(),
  atMs: z.number(),
  /** The test's own time limit, milliseconds, with each of its retries. */
  limitMs: z.number().optional(),
});

/** The end of what is no test: a file or a hook. */
const endedEvent = beganEvent.omit({ atMs: true, limitMs: true }).extend({ type: z.literal('ended') });

const caseEvent = z.object({
  type: z.literal('case'),
  name: z.string(),
  fullName: z.string(),
  ...standing,
  state: z.enum(['passed', 'failed', 'skipped']),
  /** Reason given to `skip()`, or absent for a plain `test.skip`. */
  note: z.string().optional(),
  /** Set when the check itself said that it could not judge. */
  unknown: z.string().optional(),
  errors: z.array(z.string()),
  retries: z.number(),
  /** Set when the test is declared to fail (`test.fails`), so that its passing means the opposite. */
  inverted: z.boolean().optional(),
  startedAtMs: z.number().optional(),
  durationMs: z.number().optional(),
  tags: z.array(z.string()),
  measurements: z.array(measurement),
  /** Some of what it asked and was answered; of a suite that asks by Vigil's own clients. */
  exchanges: z.array(exchange).optional(),
  definition: ownDefinition.optional(),
});

const endEvent = z.object({
  type: z.literal('end'),
  reason: z.enum(['passed', 'failed', 'interrupted']),
  cases: z.number(),
  unhandledErrors: z.array(z.string()),
  failedModules: z.array(z.object({ file: z.string(), errors: z.array(z.string()) })),
});

const event = z.discriminatedUnion('type', [collectedEvent, beganEvent, endedEvent, caseEvent, endEvent]);

/** What a check of a suite without a catalogue says of itself. */
export type OwnDefinition = z.output<typeof ownDefinition>;
/** One case that the run found before anything of it ran. */
export type CollectedEvent = z.output<typeof collectedEvent>;
export type BeganEvent = z.output<typeof beganEvent>;
export type EndedEvent = z.output<typeof endedEvent>;
/** One finished case, as the reporter inside the run saw it. */
export type CaseEvent = z.output<typeof caseEvent>;
/** The run's own verdict: the last line of a stream that was not cut short. */
export type EndEvent = z.output<typeof endEvent>;

export interface EventStream {
  collected: CollectedEvent[];
  cases: CaseEvent[];
  /** What had begun and not ended. */
  open: BeganEvent[];
  /** `undefined` when the run ended before it could say so. */
  end: EndEvent | undefined;
  /** Lines that are no event of ours: a torn last line after a kill, or somebody else's text. */
  malformedLines: number;
}

function parseLine(line: string): z.output<typeof event> | undefined {
  try {
    return event.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // counted by the caller as a malformed line
  }
}

type Begun = Pick<BeganEvent, 'project' | 'file' | 'fullName' | 'position'> & { hook?: string | undefined };

const begunKey = ({ project, file, fullName, position, hook }: Begun): string =>
  JSON.stringify([project, file, fullName, position, hook]);

/** Reads the reporter's stream; whatever is torn or foreign is counted, never guessed at. */
export function parseEvents(text: string): EventStream {
  const stream: EventStream = { collected: [], cases: [], open: [], end: undefined, malformedLines: 0 };
  const open = new Map<string, BeganEvent>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line);
    if (!parsed) stream.malformedLines += 1;
    else if (parsed.type === 'began') open.set(begunKey(parsed), parsed);
    else if (parsed.type === 'ended') open.delete(begunKey(parsed));
    else if (parsed.type === 'collected') stream.collected.push(parsed);
    else if (parsed.type === 'case') {
      stream.cases.push(parsed);
      open.delete(begunKey(parsed));
    } else stream.end = parsed;
  }
  return { ...stream, open: [...open.values()] };
}
