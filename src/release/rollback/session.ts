import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, takeProcessLock, VigilError } from '../../core/index.ts';
import { type History, LedgerUnreachable, type RollbackHold, rollbackLockFile } from '../../history/index.ts';
import { executeOption } from './execute.ts';
import { keepHold } from './held-rollback.ts';
import { type Evidence, evidenceAt } from './incident/evidence.ts';
import { incidentName, openIncident, releasesText } from './incident/folder.ts';
import { incidentReport } from './incident/report.ts';
import { configHashOf } from './make-plan.ts';
import { type RollbackPlan, type TypePlan, wholeOption } from './plan.ts';
import { planText } from './plan-text.ts';
import { type Journal, openJournal } from './runs/journal.ts';
import { heldPage, interruptedPage } from './runs/notices.ts';
import { type RollbackRun, rollbackRuns } from './runs/run.ts';
import type { OptionResult, SessionOptions } from './session-options.ts';
import { tellEnd } from './tell-end.ts';
import { noteUnreached } from './unreached.ts';

export interface SessionResult {
  status: OptionResult['status'];
  runs: RollbackRun[];
  incident: string;
}

/** Keeps two rollbacks from running at once; USAGE with the holder's process while another one does. */
async function locked<T>({ config, now, say }: SessionOptions, act: () => Promise<T>): Promise<T> {
  const words = {
    held: (holder: string) => `another rollback is under way: ${holder}`,
    hint: () => 'vigil rollback --abort ends it',
  };
  const lock = takeProcessLock(rollbackLockFile(config.reports), new Date(now()), words, say);
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/** Carries a rollback out by the hold that the ledger gave on it; without a ledger as it is. */
async function holding(
  options: SessionOptions,
  hold: RollbackHold | undefined,
  act: (options: SessionOptions) => Promise<SessionResult>,
): Promise<SessionResult> {
  const { ledger, say, stop } = options;
  if (!ledger || !hold) return act(options);
  const held = keepHold(ledger, hold, say);
  try {
    return await act({ ...options, held, stop: AbortSignal.any([stop, held.lost]) });
  } finally {
    held.close();
  }
}

/** Executes a plan from its first option on. */
export function executePlan(plan: RollbackPlan, options: SessionOptions): Promise<SessionResult> {
  return locked(options, async () => {
    const { config, history, ledger, leaderFence, now } = options;
    const journal = openJournal(history, now);
    const isAlone = config.ledger !== undefined && ledger === undefined;
    journal.requireNone(isAlone);
    const id = randomUUID();
    const incident = path.join(config.reports, 'incidents', incidentName(now()));
    const { reason, who } = plan;
    const shared = {
      id,
      type: (plan.options[0] as TypePlan).type,
      reason,
      who,
      isAutomatic: leaderFence !== undefined,
      deployedMs: history.deployments(0, now()).at(-1)?.timeMs,
    };
    const hold = await ledger?.begin(shared, leaderFence).catch((thrown) => {
      if (thrown instanceof LedgerUnreachable) noteUnreached(history, now());
      throw thrown;
    });
    journal.begin({ id, plan, option: 0, incident, hold, isAlone });
    return holding(options, hold, (held) => carryOn(journal, plan, id, held));
  });
}

/** The run to go on with: its process is dead, and the configuration the one it was planned with. */
function resumable(journal: Journal, { config, history }: SessionOptions) {
  const open = journal.open();
  if (!open) {
    throw new VigilError('USAGE', 'there is no rollback to resume', {
      where: history.file,
      hint: 'vigil rollback --execute begins one',
    });
  }
  if (open.alive) {
    throw new VigilError('USAGE', `its process lives: ${open.process}`, {
      hint: 'vigil rollback --abort ends it',
    });
  }
  const where = `rollback ${open.run.id}, begun ${new Date(open.run.startedMs).toISOString()}`;
  const plan = open.plan && wholeOption(open.plan, open.run.type) ? open.plan : undefined;
  if (plan && !open.abortAsked && plan.configHash !== configHashOf(config)) {
    throw new VigilError('USAGE', 'the configuration is not the one that this rollback was planned with', {
      where,
      expected: 'the same target, suite and rollback sections',
      hint: 'put the old configuration back, or end this rollback with vigil rollback --abort and start again',
    });
  }
  return { run: open.run, plan, shared: open.shared, where };
}

/** Goes on with the rollback whose process is dead, or ends it when that was asked for. */
export function resumeRollback(options: SessionOptions): Promise<SessionResult> {
  return locked(options, async () => {
    const journal = openJournal(options.history, options.now);
    const { run, plan, shared, where } = resumable(journal, options);
    const hold = shared === undefined ? undefined : await options.ledger?.take(shared);
    journal.adopt(run.id, hold);
    if (!plan) {
      journal.end(run.id, 'escalated', 'its stored plan is damaged; a person must continue');
      throw new VigilError('HARNESS', 'the stored plan of this rollback is damaged: nothing of it was done', {
        where,
        hint: 'see which release is out, and start again with vigil rollback --execute',
      });
    }
    const now = options.now();
    const wasHeld = options.history.rollbacks(run.startedMs, now).some(({ status }) => status === 'held');
    options.tell([interruptedPage(run, now), ...(wasHeld ? [heldPage(run, '', now)] : [])]);
    return holding(options, hold, (held) => carryOn(journal, plan, run.id, held));
  });
}

/**
 * Asks for the end of the rollback that is under way. Where its process lives, that ends it: returns the run then.
 * Otherwise there is nothing to wait for, and who resumes it ends it. @throws USAGE when none is under way
 */
export async function abortRollback(
  history: History,
  onAsked: (process: string) => void,
): Promise<RollbackRun | undefined> {
  const journal = openJournal(history, Date.now);
  const open = journal.open();
  if (!open)
    throw new VigilError('USAGE', 'no rollback is under way', {
      hint: 'vigil rollback shows what one would do',
    });
  const { id } = open.run;
  journal.askAbort(id);
  if (!open.alive) return undefined;
  onAsked(open.process);
  for (let now = journal.open(); now?.run.id === id && now.alive; now = journal.open()) await sleep(250);
  return journal.run(id);
}

/** What the history shows now; what can't be read keeps no rollback from beginning. */
function evidenceBefore({ history, config, table, now, say }: SessionOptions): Evidence | undefined {
  try {
    return evidenceAt(history, config, table, now());
  } catch (thrown) {
    say(`the evidence could not be read: ${messageOf(thrown)}`);
    return undefined;
  }
}

/** Carries a run out, and the options after it where it escalates. */
async function carryOn(
  journal: Journal,
  plan: RollbackPlan,
  first: string,
  options: SessionOptions,
): Promise<SessionResult> {
  const { history, config, table, now, redactor, say } = options;
  const begun = journal.run(first);
  const folder = begun.incident ?? path.join(config.reports, 'incidents', incidentName(begun.startedMs));
  mkdirSync(folder, { recursive: true });
  const incident = openIncident(folder, redactor, say);
  const runsOf = () => rollbackRuns(history, 0, now()).filter((run) => run.incident === folder);
  const before = evidenceBefore(options);
  incident.write('plan.txt', planText(plan, redactor.redact));
  incident.write('trigger.json', { reason: plan.reason, who: plan.who, trigger: plan.trigger ?? null });
  if (before) incident.write('evidence-before.json', before);

  for (let id = first; ; ) {
    const run = journal.run(id);
    const option = plan.options.findIndex(({ type }) => type === run.type);
    const planned = plan.options[option] as TypePlan;
    incident.write(`releases-${planned.type}.txt`, await releasesText(planned));
    const { status, detail } = await executeOption({ journal, run, planned, incident, session: options });
    if (status === 'interrupted') {
      // How it ended elsewhere, where it did.
      if (options.held?.lost.aborted) await options.ledger?.exchange().catch(() => {});
      return { status, runs: runsOf(), incident: folder };
    }
    const isProven = status !== 'not proven';
    const ended = isProven ? status : 'escalated';
    const next = ended === 'escalated' && plan.escalate === 'next' ? plan.options[option + 1] : undefined;
    if (next) {
      const instead = { id, detail: `${detail}; the next option follows: ${next.type}` };
      const nextId = randomUUID();
      const hold = options.held?.hold;
      journal.begin({ id: nextId, plan, option: option + 1, incident: folder, hold, isAlone: true }, instead);
      tellEnd(journal.run(id), planned, options, false);
      id = nextId;
      continue;
    }
    const needsPerson = ended === 'escalated' ? '; a person must continue' : '';
    const summary = `${isProven ? '' : 'NOT PROVEN: '}${detail}${needsPerson}`;
    journal.end(id, ended, redactor.redact(summary));
    tellEnd(journal.run(id), planned, options, ended === 'failed' || ended === 'escalated');
    const after = evidenceAt(history, config, table, now());
    const runs = runsOf();
    incident.write('evidence-after.json', after);
    incident.write('timeline.json', { runs, entries: history.rollbacks(runs[0]?.startedMs ?? 0, now()) });
    const report = incidentReport({ name: config.name, plan, runs, before, after, table });
    incident.write('incident-report.md', report);
    say(await options.delivered());
    return { status, runs: runsOf(), incident: folder };
  }
}
