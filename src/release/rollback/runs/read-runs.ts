import type { SQLOutputValue } from 'node:sqlite';
import type { RowReader } from '../../../history/index.ts';
import type {
  RollbackRun,
  RollbackStage,
  RollbackTrigger,
  RunStatus,
  StageName,
  StageStatus,
} from './run.ts';

export type RunRow = Record<string, SQLOutputValue>;

const optional = <Key extends string, Value>(
  key: Key,
  value: SQLOutputValue | undefined,
  as: (value: SQLOutputValue) => Value,
) => (value === null || value === undefined ? {} : { [key]: as(value) }) as { [K in Key]?: Value };

function stageOf(row: RunRow): RollbackStage {
  return {
    name: String(row.name) as StageName,
    budgetMs: Number(row.budget_ms),
    ...optional('startedMs', row.started_ms, Number),
    ...optional('endedMs', row.ended_ms, Number),
    status: String(row.status) as StageStatus,
    ...optional('detail', row.detail, String),
  };
}

/** A run of its row and those of its stages. */
export function runOf(row: RunRow, stages: readonly RunRow[]): RollbackRun {
  return {
    id: String(row.id),
    type: String(row.type) as RollbackRun['type'],
    reason: String(row.reason),
    ...optional('trigger', row.trigger, (text) => JSON.parse(String(text)) as RollbackTrigger),
    who: String(row.who),
    startedMs: Number(row.started_ms),
    ...optional('endedMs', row.ended_ms, Number),
    status: String(row.status) as RunStatus,
    ...optional('detail', row.detail, String),
    ...optional('incident', row.incident, String),
    ...optional('settledMs', row.settled_ms, Number),
    stages: stages.map(stageOf),
  };
}

/** The rollbacks that were under way in fromMs ≤ time ≤ toMs, oldest first. */
export function rollbackRuns({ rows }: Pick<RowReader, 'rows'>, fromMs: number, toMs: number): RollbackRun[] {
  const runs = rows(
    `SELECT * FROM rollback_runs WHERE started_ms <= ? AND coalesce(ended_ms, 9e15) >= ?
     ORDER BY started_ms, option`,
    Math.round(toMs),
    Math.round(fromMs),
  );
  const stages = 'SELECT * FROM rollback_stages WHERE run = ? ORDER BY position';
  return runs.map((row) => runOf(row, rows(stages, String(row.id))));
}
