import path from 'node:path';
import type { SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { isHeldElsewhere, VigilError } from '../../../core/index.ts';
import {
  type History,
  hostOf,
  isOwnerAlive,
  ownerOf,
  ownOwner,
  pidOf,
  type RollbackHold,
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

/** The number of a process, with its machine where that is another one. */
function processText({ owner, elsewhere }: RunRow): string {
  const text = String(owner);
  return `${pidOf(text)}${elsewhere === null ? '' : ` on ${hostOf(text)}`}`;
}

/** A run that begins: an option of a plan, and in which folder its evidence is. */
interface NewRun {
  id: string;
  plan: RollbackPlan;
  option: number;
  incident: string;
  /** By which the ledger knows the rollback. */
  hold?: RollbackHold | undefined;
  /** Somebody said that it is to begin without the ledger. */
  isAlone?: boolean | undefined;
}

/** Everything of a rollback that survives its process: written before and after each stage and step acts. */
export type Journal = ReturnType<typeof openJournal>;

/** Opens the journal on a history. Times are those of `now`. */
export function openJournal(history: History, now: () => number) {
  // Asked for anew each time: a history that outlives its file has another one after that.
  const rows = (sql: string, ...values: SQLInputValue[]): RunRow[] =>
    history.database.prepare(sql).all(...values);
  const write = (sql: string, ...values: SQLInputValue[]) => history.database.prepare(sql).run(...values);
  const lock = rollbackLockFile(path.dirname(history.file));
  /** The lock speaks for a process of another container, whose number means nothing here, the ledger for one of another machine. */
  const isCarriedOut = ({ owner, elsewhere }: RunRow): boolean =>
    elsewhere === null ? isOwnerAlive(String(owner)) || isHeldElsewhere(lock) : elsewhere === 'alive';
  const rowOf = (id: string): RunRow => {
    const [row] = rows(`SELECT ${runColumns} FROM rollback_runs WHERE id = ?`, id);
    if (!row) throw new VigilError('HARNESS', `there is no rollback ${id}`, { where: history.file });
    return row;
  };
  const underWay = (): RunRow | undefined =>
    rows(`SELECT ${runColumns} FROM rollback_runs WHERE status = 'running' ORDER BY elsewhere`)[0];
  const run = (id: string): RollbackRun => runOf(rowOf(id), rows);
  const entry = (id: string, stage: string, status: string, note?: string) => {
    const { type, reason, who } = run(id);
    history.recordRollback({ timeMs: now(), kind: type, stage, status, reason, who, ...(note && { note }) });
  };
  /** By which fencing number this process carries out the runs that it began or took over. */
  const fences = new Map<string, number | null>();
  const share = (id: string, isOver = false) => {
    const known = rowOf(id).fence;
    history.shareRun(id, isOver, fences.get(id) ?? (known === null ? null : Number(known)));
  };
  const finish = (id: string, status: RunStatus, detail: string, isOver: boolean) => {
    const ended = 'UPDATE rollback_runs SET status = ?, detail = ?, ended_ms = ? WHERE id = ?';
    write(ended, status, detail, now(), id);
    entry(id, 'end', status, detail);
    share(id, isOver);
  };

  /** @throws USAGE while a rollback is not over, with its process; `isAlone`: what runs elsewhere can't be known. */
  const requireNone = (isAlone = false): void => {
    const other = underWay();
    if (!other || (isAlone && other.elsewhere !== null)) return;
    const who = processText(other);
    const what = other.elsewhere === null ? '' : `, ${other.type}: ${other.reason}`;
    const [message, hint] = isCarriedOut(other)
      ? [`another rollback is under way: process ${who}${what}`, 'vigil rollback --abort ends it']
      : [
          `a rollback was cut off: its process ${who} is dead${what}`,
          'vigil rollback --resume continues it, --abort undoes it',
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
        alive: isCarriedOut(row),
        /** The process that carries it out, with its machine where that is another one. */
        process: processText(row),
        /** What the ledger calls it, if it knows it. */
        shared: row.shared === null ? undefined : String(row.shared),
        abortAsked: row.abort_asked_ms !== null,
      };
    },
    /** Begins the plan's option; `instead` ends the run before it in the same transaction. */
    begin(
      { id, plan, option, incident, hold, isAlone }: NewRun,
      instead?: { id: string; detail: string },
    ): void {
      const planned = plan.options[option] as TypePlan;
      history.transaction(() => {
        if (instead) finish(instead.id, 'escalated', instead.detail, false);
        requireNone(isAlone);
        write(
          `INSERT INTO rollback_runs (id, started_ms, type, option, status, reason, "trigger", episode, who, owner, plan, incident, shared, fence)
           VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
          hold?.rollback ?? null,
          hold?.fence ?? null,
        );
        fences.set(id, hold?.fence ?? null);
        const waiting = `INSERT INTO rollback_stages (run, position, name, budget_ms, status) VALUES (?, ?, ?, ?, 'waiting')`;
        for (const [position, { name, budgetMs }] of planned.stages.entries())
          write(waiting, id, position, name, budgetMs);
        entry(id, 'begin', 'running');
        share(id);
      });
    },
    /** Makes this process the one that carries the run out. */
    adopt: (id: string, hold?: RollbackHold) =>
      history.transaction(() => {
        const adopted = 'UPDATE rollback_runs SET owner = ?, fence = ?, elsewhere = NULL WHERE id = ?';
        write(adopted, ownOwner(), hold?.fence ?? null, id);
        fences.set(id, hold?.fence ?? null);
        share(id);
      }),
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
        share(id);
      }),
    endStage: (id: string, stage: StageName, status: StageStatus, detail: string) =>
      history.transaction(() => {
        const ended =
          'UPDATE rollback_stages SET status = ?, detail = ?, ended_ms = ? WHERE run = ? AND name = ?';
        write(ended, status, detail, now(), id, stage);
        entry(id, stage, status, detail);
        share(id);
      }),
    /** Notes that a stage waits for the ledger, which can't say whose the rollback is. */
    holdStage: (id: string, stage: StageName, why: string) =>
      history.transaction(() => entry(id, stage, 'held', why)),
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
        share(id);
        return Number(row?.attempts);
      }),
    stepRuns: (id: string, step: string, pid: number) =>
      void write('UPDATE rollback_steps SET process = ? WHERE run = ? AND id = ?', ownerOf(pid), id, step),
    endStep: (id: string, step: string, detail: string) =>
      history.transaction(() => {
        const ended =
          'UPDATE rollback_steps SET ended_ms = ?, detail = ?, process = NULL WHERE run = ? AND id = ?';
        write(ended, now(), detail, id, step);
        share(id);
      }),
    end: (id: string, status: Exclude<RunStatus, 'running'>, detail: string) =>
      history.transaction(() => finish(id, status, detail, true)),
    askAbort: (id: string) => history.askAbort(id, now()),
    abortAsked: (id: string) => rowOf(id).abort_asked_ms !== null,
    /** A person took over: the runs so far no longer keep automatic ones from starting. Returns how many that were. */
    settle: () => history.settleRollbacks(now()),
  };
}
