import type { SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import { readStored } from '../../../core/index.ts';
import type { RowReader } from '../../../history/index.ts';

/** How the previous release is brought back. */
export const rollbackTypes = ['flag', 'git', 'backup', 'database'] as const;
export type RollbackType = (typeof rollbackTypes)[number];

/** The five stages, in their order. */
export const stageNames = ['announce', 'drain', 'rollback', 'verify', 'validate'] as const;
export type StageName = (typeof stageNames)[number];

const stage = z.object({
  name: z.enum(stageNames),
  budgetMs: z.number(),
  startedMs: z.number().optional(),
  endedMs: z.number().optional(),
  status: z.enum(['waiting', 'running', 'done', 'failed', 'over budget', 'aborted']),
  detail: z.string().optional(),
});
export type RollbackStage = z.output<typeof stage>;
export type StageStatus = RollbackStage['status'];

export const triggerShape = z.object({
  /** `error_ratio`, `pass_rate`, `latency_p95` or `service_down`. */
  name: z.string(),
  /** The alert's fingerprint and the time it fired: the episode that one automatic rollback answers. */
  episode: z.string(),
  /** The last value of its signal; ratios and seconds. */
  value: z.number().optional(),
  /** The limit as text: `> 1 % for 5m`. */
  limit: z.string().optional(),
  sinceMs: z.number(),
  firedMs: z.number(),
});
/** What called for a rollback, with its numbers. */
export type RollbackTrigger = z.output<typeof triggerShape>;

export const runShape = z.object({
  id: z.string(),
  type: z.enum(rollbackTypes),
  reason: z.string(),
  trigger: z
    .string()
    .transform((text) => readStored(triggerShape, text))
    .optional(),
  /** Who or what started it. */
  who: z.string(),
  startedMs: z.number(),
  endedMs: z.number().optional(),
  /** `escalated`: a stage failed or ran over its budget, and the next option or a person went on. */
  status: z.enum(['running', 'succeeded', 'failed', 'aborted', 'escalated']),
  /** What it came to, in a sentence. */
  detail: z.string().optional(),
  /** Folder of its evidence. */
  incident: z.string().optional(),
  /** When a person took over after it had not helped. */
  settledMs: z.number().optional(),
  stages: z.array(stage),
});
/** One option of a rollback, carried out. Times are milliseconds since 1970. */
export type RollbackRun = z.output<typeof runShape>;
export type RunStatus = RollbackRun['status'];

export type RunRow = Record<string, SQLOutputValue>;

/** A row without the columns that hold nothing. */
export const filled = (row: RunRow): RunRow =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

/** Asked for as `SELECT … FROM rollback_runs`. */
export const runColumns = '*, started_ms AS startedMs, ended_ms AS endedMs, settled_ms AS settledMs';

/** A run of its row; `rows` asks for those of its stages. */
export function runOf(row: RunRow, rows: (sql: string, ...values: string[]) => RunRow[]): RollbackRun {
  const stages = rows(
    `SELECT *, budget_ms AS budgetMs, started_ms AS startedMs, ended_ms AS endedMs
     FROM rollback_stages WHERE run = ? ORDER BY position`,
    String(row.id),
  );
  return runShape.parse({ ...filled(row), stages: stages.map(filled) });
}

/** The rollbacks that were under way in fromMs ≤ time ≤ toMs, oldest first. */
export function rollbackRuns({ rows }: Pick<RowReader, 'rows'>, fromMs: number, toMs: number): RollbackRun[] {
  const runs = rows(
    `SELECT ${runColumns} FROM rollback_runs WHERE started_ms <= ? AND coalesce(ended_ms, 9e15) >= ?
     ORDER BY started_ms, option`,
    Math.round(toMs),
    Math.round(fromMs),
  );
  return runs.map((row) => runOf(row, rows));
}
