import { z } from 'zod';
import type { Exchange } from '../clients/index.ts';
import { documentBound, documentHead, documentUnit, documentVerdict } from '../core/index.ts';

const outcome = z.enum(['pass', 'fail', 'unknown', 'skipped']);
const count = z.int().nonnegative();
const ids = z.array(z.string());

const checkProof = z.strictObject({
  id: z.string(),
  title: z.string(),
  state: z.enum(['proven', 'missed', 'unproven']),
  detectedBy: ids.describe('Faults that it failed under.'),
  missedBy: ids,
});
/** What a check's faults proved: that it can fail, that it stayed green under a fault, or nothing. */
export type CheckProof = z.output<typeof checkProof>;

const markedCheck = z.strictObject({
  id: z.string(),
  mark: z.enum(['detected', 'missed', 'collateral', 'stray', 'green', 'skipped']),
  outcome,
  reason: z.string(),
});
export type MarkedCheck = z.output<typeof markedCheck>;
/**
 * What a check did under a fault: `detected` and `missed` for the intended ones, `collateral` where
 * the scenario allows it, `stray` where nothing explains it, `green` and `skipped` for the rest.
 */
export type ScenarioMark = MarkedCheck['mark'];

const scenarioResult = z.strictObject({
  name: z.string(),
  description: z.string(),
  around: z.boolean().describe('Whether the fault is around the checks, not in the target.'),
  checks: z.array(markedCheck),
  faults: z.array(z.string()).describe('What else should have been otherwise in this cycle.'),
  impossible: z
    .string()
    .exactOptional()
    .describe('Why the fault could not be injected here; nothing is proven.'),
  seconds: z.number(),
  again: z.boolean().exactOptional().describe('Whether this is the second attempt, made alone.'),
});
export type ScenarioResult = z.output<typeof scenarioResult>;

const healthyResult = z.strictObject({
  cycles: count,
  falseCycles: count.describe('Cycles in which any check was not green.'),
  falseChecks: z
    .array(z.strictObject({ id: z.string(), times: count, reason: z.string() }))
    .describe('How often each check was red, and its first reason.'),
  judged: count.describe('Checks judged in all cycles together.'),
  skipped: ids,
  seconds: z.number(),
});
export type HealthyResult = z.output<typeof healthyResult>;

const report = z
  .strictObject({
    ...documentHead,
    verdict: documentVerdict,
    seconds: z.number(),
    summary: z.strictObject({
      checks: count,
      proven: count,
      missed: count,
      unproven: count,
      scenarios: count,
      strays: count,
      impossible: count,
    }),
    checks: z.array(checkProof),
    scenarios: z.array(scenarioResult),
    healthy: healthyResult.extend({ falseRate: z.number(), falseRateUpper95: z.number() }).nullable(),
    findings: z.array(z.string()).describe('What a person must look at.'),
  })
  .describe('Which faults each check noticed, as vigil drill prints it.');
export type DrillDocument = z.output<typeof report>;
export type DrillReport = Omit<DrillDocument, 'at'>;

const onTarget = z
  .strictObject({
    ...documentHead,
    verdict: documentVerdict,
    target: z.strictObject({ id: z.string(), url: z.string(), name: z.string() }),
    checks: z.array(
      z.strictObject({
        id: z.string(),
        was: z.string().optional(),
        shown: z.string().optional(),
        title: z.string(),
        group: z.string(),
        outcome,
        executed: z.boolean(),
        reason: z.string().optional(),
        measurements: z.array(
          z.strictObject({
            name: z.string(),
            value: z.number().nullable(),
            unit: documentUnit,
            bound: documentBound.optional(),
            sample: z.number().optional(),
            note: z.string().optional(),
          }),
        ),
        durationMs: z.number().optional(),
        startedAtMs: z.number().optional().describe('Milliseconds since 1970.'),
        caseName: z.string().optional(),
        exchanges: z.custom<readonly Exchange[]>().optional().describe('Requests and their answers.'),
      }),
    ),
    notRun: ids.describe('Checks that send something or need the whole suite.'),
    problems: z.array(z.string()),
  })
  .describe('The read-only checks against a deployment, as vigil drill --target prints them.');
export type OnTargetDocument = z.output<typeof onTarget>;

/** Everything that `vigil drill --json` prints. */
export const drillSchema = z.union([report, onTarget]);
