import { VigilError } from '../../../core/index.ts';
import { type History, isOwnerAlive, ownerOf, ownOwner, pidOf } from '../../../history/index.ts';
import type { RollbackPlan, Step, TypePlan } from '../plan.ts';
import { type RunRow, runOf } from './read-runs.ts';
import type { RollbackRun, RunStatus, StageName, StageStatus } from './run.ts';
import { readPlan } from './stored-plan.ts';

/** A run that is not over, with what is needed to go on. */
export interface OpenRun {
  run: RollbackRun;
  plan: RollbackPlan;
  /** Whether the process that carries it out lives. */
  alive: boolean;
  pid: number;
  abortAsked: boolean;
}

export interface StepRecord {
  id: string;
  attempts: number;
  endedMs?: number;
  detail?: string;
  /** The command it runs, as `ownerOf` writes processes. */
  process?: string;
}

/** Everything of a rollback that survives its process: written before and after each stage and step acts. */
export type Journal = ReturnType<typeof openJournal>;

/** Opens the journal on a history. Times are those of `now`. */
export function openJournal(history: History, now: () => number) {
  // Asked for anew each time: a history that outlives its file has another one after that.
  const db = { prepare: (sql: string) => history.database.prepare(sql) };
  const rowOf = (id: string): RunRow => {
    const row = db.prepare('SELECT * FROM rollback_runs WHERE id = ?').get(id);
    if (!row) throw new VigilError('HARNESS', `there is no rollback ${id}`, { where: history.file });
    return row;
  };
  const stagesOf = (id: string) =>
    db.prepare('SELECT * FROM rollback_stages WHERE run = ? ORDER BY position').all(id);
  const run = (id: string): RollbackRun => runOf(rowOf(id), stagesOf(id));
  const entry = (id: string, stage: string, status: string, note?: string) => {
    const { type, reason, who } = run(id);
    history.recordRollback({ timeMs: now(), kind: type, stage, status, reason, who, ...(note && { note }) });
  };
  const finish = (id: string, status: RunStatus, detail: string) => {
    db.prepare('UPDATE rollback_runs SET status = ?, detail = ?, ended_ms = ? WHERE id = ?').run(
      status,
      detail,
      now(),
      id,
    );
    entry(id, 'end', status, detail);
  };

  /** @throws USAGE while a rollback is not over, with its process. */
  const requireNone = (): void => {
    const other = db.prepare("SELECT owner FROM rollback_runs WHERE status = 'running'").get();
    if (!other) return;
    const owner = String(other.owner);
    const [message, hint] = isOwnerAlive(owner)
      ? [`another rollback is under way: process ${pidOf(owner)}`, 'vigil rollback --abort ends it']
      : [
          `a rollback was cut off: its process ${pidOf(owner)} is dead`,
          'vigil rollback --resume goes on with it, --abort takes it back',
        ];
    throw new VigilError('USAGE', message, { where: history.file, hint });
  };

  return {
    run,
    requireNone,
    open(): OpenRun | undefined {
      const row = db.prepare("SELECT * FROM rollback_runs WHERE status = 'running'").get();
      if (!row) return undefined;
      return {
        run: runOf(row, stagesOf(String(row.id))),
        plan: readPlan(String(row.plan)),
        alive: isOwnerAlive(String(row.owner)),
        pid: pidOf(String(row.owner)),
        abortAsked: row.abort_asked_ms !== null,
      };
    },
    /** Begins the plan's option; `instead` ends the run before it in the same transaction. */
    begin(
      { id, plan, option, incident }: { id: string; plan: RollbackPlan; option: number; incident: string },
      instead?: { id: string; detail: string },
    ): void {
      const planned = plan.options[option] as TypePlan;
      history.transaction(() => {
        if (instead) finish(instead.id, 'escalated', instead.detail);
        requireNone();
        db.prepare(
          `INSERT INTO rollback_runs (id, started_ms, type, option, status, reason, "trigger", episode, who, owner, plan, incident)
           VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?)`,
        ).run(
          id,
          now(),
          planned.type,
          option,
          plan.reason,
          plan.trigger ? JSON.stringify(plan.trigger) : null,
          plan.trigger?.episode ?? null,
          plan.who,
          ownOwner(),
          JSON.stringify(plan),
          incident,
        );
        const insert = db.prepare(
          `INSERT INTO rollback_stages (run, position, name, budget_ms, status) VALUES (?, ?, ?, ?, 'waiting')`,
        );
        for (const [position, { name, budgetMs }] of planned.stages.entries())
          insert.run(id, position, name, budgetMs);
        entry(id, 'begin', 'running');
      });
    },
    /** Makes this process the one that carries the run out. */
    adopt: (id: string) =>
      void db.prepare('UPDATE rollback_runs SET owner = ? WHERE id = ?').run(ownOwner(), id),
    beginStage: (id: string, stage: StageName) =>
      history.transaction(() => {
        db.prepare(
          `UPDATE rollback_stages SET status = 'running', started_ms = coalesce(started_ms, ?), ended_ms = NULL
           WHERE run = ? AND name = ?`,
        ).run(now(), id, stage);
        entry(id, stage, 'running');
      }),
    endStage: (id: string, stage: StageName, status: StageStatus, detail: string) =>
      history.transaction(() => {
        db.prepare(
          'UPDATE rollback_stages SET status = ?, detail = ?, ended_ms = ? WHERE run = ? AND name = ?',
        ).run(status, detail, now(), id, stage);
        entry(id, stage, status, detail);
      }),
    steps: (id: string): ReadonlyMap<string, StepRecord> =>
      new Map(
        db
          .prepare('SELECT * FROM rollback_steps WHERE run = ?')
          .all(id)
          .map((row) => [
            String(row.id),
            {
              id: String(row.id),
              attempts: Number(row.attempts),
              ...(row.ended_ms !== null && { endedMs: Number(row.ended_ms) }),
              ...(row.detail !== null && { detail: String(row.detail) }),
              ...(row.process !== null && { process: String(row.process) }),
            },
          ]),
      ),
    /** Returns the number of this attempt, from 1. */
    beginStep: (id: string, stage: StageName, step: Step) =>
      history.transaction(() => {
        db.prepare(
          `INSERT INTO rollback_steps (run, id, stage, started_ms, attempts) VALUES (?, ?, ?, ?, 1)
           ON CONFLICT (run, id) DO UPDATE SET attempts = attempts + 1, process = NULL`,
        ).run(id, step.id, stage, now());
        const row = db
          .prepare('SELECT attempts FROM rollback_steps WHERE run = ? AND id = ?')
          .get(id, step.id);
        return Number(row?.attempts);
      }),
    stepRuns: (id: string, step: string, pid: number) =>
      void db
        .prepare('UPDATE rollback_steps SET process = ? WHERE run = ? AND id = ?')
        .run(ownerOf(pid), id, step),
    endStep: (id: string, step: string, detail: string) =>
      void db
        .prepare(
          'UPDATE rollback_steps SET ended_ms = ?, detail = ?, process = NULL WHERE run = ? AND id = ?',
        )
        .run(now(), detail, id, step),
    end: (id: string, status: Exclude<RunStatus, 'running'>, detail: string) =>
      history.transaction(() => finish(id, status, detail)),
    askAbort: (id: string) =>
      void db.prepare('UPDATE rollback_runs SET abort_asked_ms = ? WHERE id = ?').run(now(), id),
    abortAsked: (id: string) => rowOf(id).abort_asked_ms !== null,
    /** A person took over: the runs so far no longer keep automatic ones from starting. Returns how many that were. */
    settle: () =>
      Number(
        db
          .prepare("UPDATE rollback_runs SET settled_ms = ? WHERE status <> 'running' AND settled_ms IS NULL")
          .run(now()).changes,
      ),
  };
}
