import { z } from 'zod';
import { documentHead } from '../../core/index.ts';
import { planShape } from './plan.ts';
import { runShape, triggerShape } from './runs/run.ts';

/** What `vigil rollback --json` prints without `--execute`. */
const planSchema = planShape.extend(documentHead).describe('The plan of a rollback; nothing was changed.');

/** One way back that was tried. */
export const rollbackRunSchema = runShape.extend({ trigger: triggerShape.optional() });

/** What `vigil rollback --json` prints with `--execute`, `--resume` and `--abort`. */
const resultSchema = z
  .strictObject({
    ...documentHead,
    status: z.enum(['running', 'succeeded', 'failed', 'aborted', 'escalated', 'not proven', 'interrupted']),
    runs: z.array(rollbackRunSchema).describe('One for each way back that was tried, in this order.'),
    incident: z.string().optional().describe('Folder of its evidence.'),
  })
  .describe('A rollback that was carried out, resumed or ended.');

export type PlanDocument = z.output<typeof planSchema>;
export type RollbackDocument = z.output<typeof resultSchema>;

/** Everything that `vigil rollback --json` prints. */
export const rollbackOutputSchema = z.union([planSchema, resultSchema]);
