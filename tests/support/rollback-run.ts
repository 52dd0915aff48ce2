import type { History } from '../../src/history/history.ts';
import type { RollbackRun } from '../../src/release/rollback/runs/run.ts';

/** Records a rollback of type git as its own process leaves it; one without an end is under way. */
export function recordRun(history: History, run: Partial<RollbackRun> & { startedMs: number }): void {
  const {
    id = `run ${run.startedMs}`,
    type = 'git',
    status = 'succeeded',
    reason = 'GET /cart answers 500',
  } = run;
  const { who = 'vigil monitor, automatically', detail, startedMs, endedMs, settledMs } = run;
  history.database
    .prepare(
      `INSERT INTO rollback_runs (id, started_ms, ended_ms, settled_ms, type, option, status, reason, who, detail, owner, plan)
       VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, '1', '{}')`,
    )
    .run(id, startedMs, endedMs ?? null, settledMs ?? null, type, status, reason, who, detail ?? null);
}
