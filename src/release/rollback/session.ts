import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, takeProcessLock, VigilError } from '../../core/index.ts';
import type { History } from '../../history/index.ts';
import { executeOption } from './execute.ts';
import { evidenceAt } from './incident/evidence.ts';
import { type IncidentFolder, incidentName, openIncident, releasesText } from './incident/folder.ts';
import { incidentReport } from './incident/report.ts';
import { configHashOf } from './make-plan.ts';
import type { RollbackPlan, TypePlan } from './plan.ts';
import { planText } from './plan-text.ts';
import { type Journal, type OpenRun, openJournal } from './runs/journal.ts';
import { interruptedPage } from './runs/notices.ts';
import type { RollbackRun } from './runs/run.ts';
import { rollbackRuns } from './runs/run.ts';
import { wholeOption } from './runs/stored-plan.ts';
import type { OptionResult, SessionOptions } from './session-options.ts';
import { tellEnd } from './tell-end.ts';

export interface SessionResult {
  status: OptionResult['status'];
  runs: RollbackRun[];
  incident: string;
}

/** Keeps two rollbacks from running at once; USAGE with the holder's process while another one does. */
async function locked<T>({ config, now }: SessionOptions, act: () => Promise<T>): Promise<T> {
  const lock = takeProcessLock(path.join(config.reports, 'rollback.lock'), new Date(now()), {
    held: ({ pid, since }) => `another rollback is under way: process ${pid}, since ${since}`,
    hint: () => 'vigil rollback --abort ends it',
    starting: 'another rollback is just starting here',
  });
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/** Executes a plan from its first option on. */
export function executePlan(plan: RollbackPlan, options: SessionOptions): Promise<SessionResult> {
  return locked(options, () => {
    const { config, history, now } = options;
    const journal = openJournal(history, now);
    const first = randomUUID();
    const folder = path.join(config.reports, 'incidents', incidentName(now()));
    journal.begin({ id: first, plan, option: 0, incident: folder });
    return carryOn({ journal, plan, first, folder, options });
  });
}

/** The run to go on with: its process is dead, its plan whole, and the configuration the one it was made with. */
function resumable(journal: Journal, { config, history }: SessionOptions): OpenRun & { plan: RollbackPlan } {
  const open = journal.open();
  if (!open) {
    throw new VigilError('USAGE', 'there is no rollback to go on with', {
      where: history.file,
      hint: 'vigil rollback --execute begins one',
    });
  }
  if (open.alive) {
    throw new VigilError('USAGE', `its process lives: ${open.pid}`, {
      hint: 'vigil rollback --abort ends it',
    });
  }
  const where = `rollback ${open.run.id}, begun ${new Date(open.run.startedMs).toISOString()}`;
  const { plan } = open;
  if (!plan || !wholeOption(plan, open.run.type)) {
    journal.end(open.run.id, 'escalated', 'its stored plan is damaged; a person must go on');
    throw new VigilError('HARNESS', 'the stored plan of this rollback is damaged: nothing of it was done', {
      where,
      hint: 'see which release is out, and begin anew with vigil rollback --execute',
    });
  }
  if (!open.abortAsked && plan.configHash !== configHashOf(config)) {
    throw new VigilError('USAGE', 'the configuration is not the one that this rollback was planned with', {
      where,
      expected: 'the same target, suite and rollback sections',
      hint: 'put the old configuration back, or end this rollback with vigil rollback --abort and begin anew',
    });
  }
  return { ...open, plan };
}

/** Goes on with the rollback whose process is dead, or ends it when that was asked for. */
export function resumeRollback(options: SessionOptions): Promise<SessionResult> {
  return locked(options, () => {
    const { config, history, now } = options;
    const journal = openJournal(history, now);
    const { run, plan } = resumable(journal, options);
    journal.adopt(run.id);
    options.tell([interruptedPage(run, now())]);
    const folder = run.incident ?? path.join(config.reports, 'incidents', incidentName(run.startedMs));
    return carryOn({ journal, plan, first: run.id, folder, options });
  });
}

/**
 * Asks for the end of the rollback that is under way. Where its process lives, that ends it: returns the run then.
 * Otherwise there is nothing to wait for, and who resumes it ends it. @throws USAGE when none is under way
 */
export async function abortRollback(
  history: History,
  onAsked: (pid: number) => void,
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
  onAsked(open.pid);
  for (let now = journal.open(); now?.run.id === id && now.alive; now = journal.open()) await sleep(250);
  return journal.run(id);
}

interface Carry {
  journal: Journal;
  plan: RollbackPlan;
  first: string;
  folder: string;
  options: SessionOptions;
}

async function carryOn({ journal, plan, first, folder, options }: Carry): Promise<SessionResult> {
  const { history, config, table, now, redactor, say } = options;
  mkdirSync(folder, { recursive: true });
  const incident = openIncident(folder, redactor, say);
  const runsOf = () => rollbackRuns(history, 0, now()).filter((run) => run.incident === folder);
  let before = undefined as ReturnType<typeof evidenceAt> | undefined;
  try {
    before = evidenceAt(history, config, table, now());
  } catch (thrown) {
    say(`the evidence could not be read: ${messageOf(thrown)}`);
  }
  incident.write('plan.txt', planText(plan, redactor.redact));
  incident.write('trigger.json', { reason: plan.reason, who: plan.who, trigger: plan.trigger ?? null });
  if (before) incident.write('evidence-before.json', before);
  const finish = (): void => {
    const after = evidenceAt(history, config, table, now());
    const runs = runsOf();
    incident.write('evidence-after.json', after);
    incident.write('timeline.json', { runs, entries: history.rollbacks(runs[0]?.startedMs ?? 0, now()) });
    incident.write(
      'incident-report.md',
      incidentReport({ name: config.name, plan, runs, before, after, table }),
    );
  };

  let id = first;
  for (;;) {
    const run = journal.run(id);
    const option = plan.options.findIndex(({ type }) => type === run.type);
    const planned = plan.options[option] as TypePlan;
    await writeReleases(incident, planned);
    const outcome = await executeOption({
      journal,
      id,
      planned,
      incident,
      session: options,
      stop: options.stop,
      onProgress: (event) => options.onProgress(run, event),
    });
    if (outcome.status === 'interrupted') return { status: 'interrupted', runs: runsOf(), incident: folder };
    const next =
      outcome.status === 'escalated' && plan.escalate === 'next' ? plan.options[option + 1] : undefined;
    if (next) {
      const detail = `${outcome.detail}; the next option follows: ${next.type}`;
      const nextId = randomUUID();
      journal.begin({ id: nextId, plan, option: option + 1, incident: folder }, { id, detail });
      tellEnd(journal.run(id), planned, options, false);
      id = nextId;
      continue;
    }
    const detail = outcome.status === 'escalated' ? `${outcome.detail}; a person must go on` : outcome.detail;
    journal.end(id, outcome.status, redactor.redact(detail));
    tellEnd(journal.run(id), planned, options, outcome.status === 'failed' || outcome.status === 'escalated');
    finish();
    say(await options.delivered());
    return { status: outcome.status, runs: runsOf(), incident: folder };
  }
}

async function writeReleases(incident: IncidentFolder, planned: TypePlan): Promise<void> {
  try {
    incident.write(`releases-${planned.type}.txt`, await releasesText(planned));
  } catch (thrown) {
    incident.write(`releases-${planned.type}.txt`, `could not be compared: ${messageOf(thrown)}\n`);
  }
}
