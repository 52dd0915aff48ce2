import path from 'node:path';
import type { SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { isHeldElsewhere, VigilError } from '../../../core/index.ts';
import {
  type History,
  isOwnerAlive,
  ownerOf,
  ownOwner,
  pidOf,
  rollbackLockFile,
} from '../../../history/index.ts';
import { type RollbackPlan, readPlan, type Step, type TypePlan } from '../plan.ts';
import {
  filled,
  type RollbackRun,
  type RunRow,
  type RunStatus,
  runColumns,
  runOf,
  type StageName,
  type StageStatus,
} from './run.ts';

const stepRecord = z.object({
  id: z.string(),
  attempts: z.number(),
  endedMs: z.number().optional(),
  detail: z.string().optional(),
  /** The command it runs, as `ownerOf` writes processes. */
  process: z.string().optional(),
});

/** Everything of a rollback that survives its process: written before and after each stage and step acts. */
export type Journal = ReturnType<typeof openJournal>;

/** Opens the journal on a history. Times are those of `now`. */
export function openJournal(history: History, now: () => number) {
  // Asked for anew each time: a history that outlives its file has another one after that.
  const rows = (sql: string, ...values: SQLInputValue[]): RunRow[] =>
    history.database.prepare(sql).all(...values);
  const write = (sql: string, ...values: SQLInputValue[]) => history.database.prepare(sql).run(...values);
  const lock = rollbackLockFile(path.dirname(history.file));
  /** The lock speaks for a process of another container, whose number means nothing here. */
  const isCarriedOut = (owner: string): boolean => isOwnerAlive(owner) || isHeldElsewhere(lock);
  const rowOf = (id: string): RunRow => {
    const [row] = rows(`SELECT ${runColumns} FROM rollback_runs WHERE id = ?`, id);
    if (!row) throw new VigilError('HARNESS', `there is no rollback ${id}`, { where: history.file });
    return row;
  };
  const underWay = (): RunRow | undefined =>
    rows(`SELECT ${runColumns} FROM rollback_runs WHERE status = 'running'`)[0];
  const run = (id: string): RollbackRun => runOf(rowOf(id), rows);
  const entry = (id: string, stage: string, status: string, note?: string) => {
    const { type, reason, who } = run(id);
    history.recordRollback({ timeMs: now(), kind: type, stage, status, reason, who, ...(note && { note }) });
  };
  const finish = (id: string, status: RunStatus, detail: string) => {
    const ended = 'UPDATE rollback_runs SET status = ?, detail = ?, ended_ms = ? WHERE id = ?';
    write(ended, status, detail, now(), id);
    entry(id, 'end', status, detail);
  };

  /** @throws USAGE while a rollback is not over, with its process. */
  const requireNone = (): void => {
    const other = underWay();
    if (!other) return;
    const owner = String(other.owner);
    const [message, hint] = isCarriedOut(owner)
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
    /** The run that is not over, with what is needed to go on. */
    open() {
      const row = underWay();
      if (!row) return undefined;
      return {
        run: runOf(row, rows),
        /** `undefined` when it can't be read whole. */
        plan: readPlan(String(row.plan)),
        /** Whether the process that carries it out lives. */
        alive: isCarriedOut(String(row.owner)),
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
        write(
          `INSERT INTO rollback_runs (id, started_ms, type, option, status, reason, "trigger", episode, who, owner, plan, incident)
           VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?)`,
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
        const waiting = `INSERT INTO rollback_stages (run, position, name, budget_ms, status) VALUES (?, ?, ?, ?, 'waiting')`;
        for (const [position, { name, budgetMs }] of planned.stages.entries())
          write(waiting, id, position, name, budgetMs);
        entry(id, 'begin', 'running');
      });
    },
    /** Makes this process the one that carries the run out. */
    adopt: (id: string) => void write('UPDATE rollback_runs SET owner = ? WHERE id = ?', ownOwner(), id),
    beginStage: (id: string, stage: StageName) =>
      history.transaction(() => {
        write(
          `UPDATE rollback_stages SET status = 'running', started_ms = coalesce(started_ms, ?), ended_ms = NULL
           WHERE run = ? AND name = ?`,
          now(),
          id,
          stage,
        );
        entry(id, stage, 'running');
      }),
    endStage: (id: string, stage: StageName, status: StageStatus, detail: string) =>
      history.transaction(() => {
        const ended =
          'UPDATE rollback_stages SET status = ?, detail = ?, ended_ms = ? WHERE run = ? AND name = ?';
        write(ended, status, detail, now(), id, stage);
        entry(id, stage, status, detail);
      }),
    steps(id: string): ReadonlyMap<string, z.output<typeof stepRecord>> {
      const found = rows('SELECT *, ended_ms AS endedMs FROM rollback_steps WHERE run = ?', id);
      return new Map(found.map((row) => [String(row.id), stepRecord.parse(filled(row))]));
    },
    /** Returns the number of this attempt, from 1. */
    beginStep: (id: string, stage: StageName, step: Step) =>
      history.transaction(() => {
        write(
          `INSERT INTO rollback_steps (run, id, stage, started_ms, attempts) VALUES (?, ?, ?, ?, 1)
           ON CONFLICT (run, id) DO UPDATE SET attempts = attempts + 1, process = NULL`,
          id,
          step.id,
          stage,
          now(),
        );
        const [row] = rows('SELECT attempts FROM rollback_steps WHERE run = ? AND id = ?', id, step.id);
        return Number(row?.attempts);
      }),
    stepRuns: (id: string, step: string, pid: number) =>
      void write('UPDATE rollback_steps SET process = ? WHERE run = ? AND id = ?', ownerOf(pid), id, step),
    endStep(id: string, step: string, detail: string): void {
      const ended =
        'UPDATE rollback_steps SET ended_ms = ?, detail = ?, process = NULL WHERE run = ? AND id = ?';
      write(ended, now(), detail, id, step);
    },
    end: (id: string, status: Exclude<RunStatus, 'running'>, detail: string) =>
      history.transaction(() => finish(id, status, detail)),
    askAbort: (id: string) =>
      void write('UPDATE rollback_runs SET abort_asked_ms = ? WHERE id = ?', now(), id),
    abortAsked: (id: string) => rowOf(id).abort_asked_ms !== null,
    /** A person took over: the runs so far no longer keep automatic ones from starting. Returns how many that were. */
    settle(): number {
      const open = "UPDATE rollback_runs SET settled_ms = ? WHERE status <> 'running' AND settled_ms IS NULL";
      return Number(write(open, now()).changes);
    },
  };
}
