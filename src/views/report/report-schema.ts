import { z } from 'zod';
import {
  documentBound,
  documentHead,
  documentTime,
  documentUnit,
  documentVerdict,
  keysOf,
  thresholds,
} from '../../core/index.ts';
import { rollbackRunSchema } from '../../release/index.ts';
import { type CurveSignal, lineCharts } from './curves.ts';

const timeMs = z.number().describe('Milliseconds since 1970.');
const lengthMs = z.number().describe('Milliseconds.');
const count = z.number().nonnegative();
const text = z.string();
const texts = z.array(text);

const query = z.discriminatedUnion('language', [
  z.strictObject({ language: z.literal('sql'), text }),
  z.strictObject({ language: z.literal('promql'), text, atMs: timeMs }),
]);
const queried = { id: text.describe('Number of its query in the appendix.'), title: text, query };
const value = z.strictObject({ ...queried, unit: documentUnit, value: z.number().nullable() });
const list = z.strictObject({ ...queried, rows: count });

const proof = z.strictObject({
  trials: count,
  bad: count,
  allowed: z.number(),
  atMost: z.number().describe('With 95 % confidence.'),
  atLeast: z.number(),
  needed: count,
  state: z.enum(['proven', 'not proven', 'refuted', 'too few']),
});

const objective = z.strictObject({
  signal: z.enum(keysOf(thresholds)),
  title: text,
  target: text,
  told: text,
  decides: z.boolean(),
  achieved: value,
  remark: text,
  state: z.enum(['met', 'missed', 'unknown']),
  budgetLeft: z.number().nullable().describe('Share of the error budget; 0 is used up.'),
  proof: proof.nullable(),
  proves: text,
  queries: texts,
  breaches: z.strictObject({ count, totalMs: lengthMs }),
});

const episode = z.strictObject({
  alert: text,
  labels: z.record(text, text),
  severity: text,
  priority: text,
  pendingMs: timeMs,
  firedMs: timeMs,
  resolvedMs: timeMs.nullable(),
  durationMs: lengthMs,
  value: z.number().nullable(),
  acknowledgedBy: text.nullable(),
});

const incident = z.strictObject({
  startedMs: timeMs,
  endedMs: timeMs.nullable(),
  priority: text,
  cause: text,
  followed: texts,
  failed: value.optional().describe('Operations that failed meanwhile.'),
  operations: value.optional(),
  done: texts,
});

/** What went wrong as one, with the alert that started it and those that followed. */
export type ReportedIncident = z.output<typeof incident>;

const traffic = z.strictObject({
  source: z.enum(['scrapes', 'cycles']),
  operations: value,
  errors: value,
  errorRatio: value,
  timed: value,
  within: value.optional(),
  boundSeconds: z.number().optional(),
  reachesPastLimit: z.boolean(),
  latencyP95: value,
});

const watched = z.strictObject({
  ratio: value,
  due: value,
  observed: value,
  missed: value,
  planned: value,
  cycles: value,
  otherCycles: value,
  lastCycleMs: value,
  gaps: z.array(z.strictObject({ fromMs: timeMs, toMs: timeMs, reason: text })),
  largestGapMs: lengthMs,
});

const decided = z.strictObject({
  atMs: timeMs,
  from: z.number(),
  to: z.number(),
  verdict: documentVerdict,
  askedBy: text,
  via: text,
  times: count,
  conditions: z.array(
    z.strictObject({
      title: text,
      outcome: z.enum(['pass', 'fail', 'unknown', 'not configured', 'advisory']),
      value: z.number().nullable(),
      unit: documentUnit.nullable(),
      limit: documentBound.nullable(),
      detail: text,
    }),
  ),
  next: text,
  override: z.strictObject({ by: text, reason: text }).nullable(),
});

const decisions = z.strictObject({
  listing: list,
  decided: z.array(decided),
  rollbackListing: list,
  rollbacks: z.array(rollbackRunSchema),
  shadows: z
    .array(
      z.strictObject({
        atMs: timeMs,
        deployedMs: timeMs,
        release: text,
        trigger: text,
        reason: text,
        outcome: z.enum(['right', 'wrong', 'open']),
      }),
    )
    .describe('Rollbacks that would have been started where none is automatic.'),
  advisory: texts.describe('What became of conditions that only advise.'),
});

const checks = z.strictObject({
  listing: list,
  checks: z.array(
    z.strictObject({
      check: text,
      title: text,
      judged: count,
      passed: count,
      failed: count,
      unknown: count,
      skipped: count,
      flips: count,
      durationP95Ms: lengthMs.nullable(),
      durationMaxMs: lengthMs.nullable(),
    }),
  ),
  faultListing: list,
  faults: z.array(
    z.strictObject({
      check: text,
      title: text,
      fromMs: timeMs,
      lastMs: timeMs,
      cycles: count,
      reason: text,
    }),
  ),
  stripListing: list,
  parts: count,
  strips: z.array(
    z.strictObject({
      check: text,
      part: count,
      worst: z.enum(['pass', 'fail', 'unknown', 'skipped']),
    }),
  ),
});

const curveSignals = z.enum(
  Object.values(lineCharts).flatMap((chart): readonly CurveSignal[] => chart.signals),
);

const curve = z.strictObject({
  signal: curveSignals,
  title: text,
  unit: documentUnit,
  worst: value,
  source: z.enum(['scrapes', 'cycles', 'nothing']),
  points: z.array(z.strictObject({ timeMs, value: z.number() })),
});

const event = z.strictObject({
  atMs: timeMs,
  endMs: timeMs.nullable(),
  kind: z.enum([
    'deployment',
    'fault',
    'alert',
    'gate',
    'override',
    'rollback',
    'mixed',
    'gap',
    'maintenance',
    'acknowledgement',
  ]),
  title: text,
  detail: text,
});

const comparedMeasure = z.strictObject({
  measure: z.enum(['cycles', 'errorRatio', 'latencyP95']),
  title: text,
  unit: documentUnit,
  before: z.number().nullable().describe('In base units; null where too little was seen.'),
  now: z.number().nullable(),
  difference: z.number().nullable().describe('Now less before, with its 95 % interval.'),
  low: z.number().nullable(),
  high: z.number().nullable(),
  pValue: z.number().nullable(),
  test: text.nullable(),
  state: z.enum(['better', 'same', 'worse', 'unknown']).describe('Same: no difference was shown.'),
  remark: text,
  queries: texts,
});
export type ComparedMeasure = z.output<typeof comparedMeasure>;

const comparison = z.strictObject({
  release: text.nullable().describe('The release before, where its deployment is recorded.'),
  fromMs: timeMs.describe('The time before the deployment that it is compared with.'),
  toMs: timeMs,
  measures: z.array(comparedMeasure),
});
export type ReportComparison = z.output<typeof comparison>;

/** The document of `vigil report --json`. */
export const reportSchema = z
  .strictObject({
    ...documentHead,
    from: documentTime.describe('Begin of the window.'),
    to: documentTime,
    verdict: documentVerdict,
    name: text,
    generatedMs: timeMs.describe('As at, in milliseconds since 1970; kept, as are fromMs and toMs.'),
    fromMs: timeMs,
    toMs: timeMs,
    stepMs: lengthMs.describe('From one point of a curve to the next.'),
    target: text.nullable(),
    release: z.strictObject({ release: text, sinceMs: timeMs }).nullable(),
    conclusion: z.strictObject({
      verdict: documentVerdict,
      summary: text,
      headline: text,
      recommendation: text,
      failures: texts,
      doubts: texts.describe('What is not proven.'),
      cautions: texts,
    }),
    objectives: z.array(objective),
    comparison: comparison.nullable().describe('With the release before.'),
    traffic,
    watched,
    incidents: z.array(incident),
    mixed: z
      .array(z.strictObject({ fromMs: timeMs, toMs: timeMs, cycles: count, text }))
      .describe('When instances of one service said different releases.'),
    alerts: z.strictObject({ listing: list, episodes: z.array(episode), neverFired: value }),
    timeline: z.array(event),
    decisions,
    checks,
    curves: z.partialRecord(curveSignals, curve),
    cycleTimes: z.strictObject({
      median: value,
      longest: value,
      firstMemory: value,
      lastMemory: value,
      greatestMemory: value,
      historyBytes: value,
    }),
    appendix: z.array(z.union([value, list])).describe('Every query, in the order in which it was asked.'),
  })
  .describe('The report on a watch, as vigil report --json prints it.');

/** The whole report as data; values in base units. */
export type ReportDocument = z.output<typeof reportSchema>;
