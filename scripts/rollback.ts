import { randomBytes } from 'node:crypto';
import os from 'node:os';
import { effectiveThresholds, messageOf, type VigilConfig, VigilError } from '../src/core/index.ts';
import { savedState } from '../src/monitor/index.ts';
import {
  dueTriggers,
  executePlan,
  makePlan,
  openJournal,
  planText,
  type RollbackTrigger,
  type RollbackType,
  reasonOf,
  resumeRollback,
  rollbackTypes,
  settleRollbacks,
} from '../src/release/index.ts';
import { abort, carryOut, say } from './rollback-carry-out.ts';
import { openSession, type Session } from './rollback-session.ts';
import { configured, invalid } from './values.ts';

interface RollbackOptions {
  config?: string;
  reports?: string;
  execute?: boolean;
  type?: string;
  reason?: string;
  trigger?: string;
  by?: string;
  resume?: boolean;
  abort?: boolean;
  settle?: boolean;
  json?: boolean;
}

function typeOf(text: string | undefined): RollbackType | undefined {
  if (text === undefined) return undefined;
  const type = rollbackTypes.find((name) => name === text);
  if (type) return type;
  throw invalid('--type', text, rollbackTypes.join(', '));
}

/** The trigger that fires now, with its numbers, as the loop has recorded it. */
function triggerOf(
  session: Session,
  config: VigilConfig,
  name: string | undefined,
): { trigger: RollbackTrigger; reason: string } | undefined {
  if (name === undefined) return undefined;
  const state = savedState(session.history, 'alerts');
  const due = state ? dueTriggers(state, effectiveThresholds(config)) : [];
  const found = due.find((trigger) => trigger.name === name);
  if (found) {
    const { shown, muted: _, ...trigger } = found;
    return { trigger, reason: reasonOf(trigger, shown) };
  }
  throw new VigilError('USAGE', `the trigger ${name} does not fire`, {
    expected: due.map((trigger) => trigger.name).join(', ') || 'no trigger fires now',
    hint: 'without --trigger, --reason says why',
  });
}

/** `vigil rollback`: shows the plan; executes it, goes on with one, or ends one. */
export async function runRollback(args: RollbackOptions): Promise<void> {
  const asked = (['execute', 'resume', 'abort', 'settle'] as const).filter((name) => args[name]);
  if (asked.length > 1) {
    throw new VigilError('USAGE', `${asked.map((name) => `--${name}`).join(' and ')} exclude each other`);
  }
  const loaded = await configured(args);
  const { config } = loaded;
  const type = typeOf(args.type);
  const session = openSession(config, loaded.folder, { say, print: say });
  try {
    if (args.settle) {
      const runs = settleRollbacks({ history: session.history, now: Date.now, tell: session.tell });
      say(await session.delivered());
      process.stdout.write(
        `Settled: ${runs} rollback${runs === 1 ? '' : 's'}; the loop may roll back again\n`,
      );
      return;
    }
    if (args.resume)
      return await carryOut(config, loaded.folder, session, args.json ?? false, resumeRollback);
    if (args.abort) return await abort(config, loaded.folder, session, args.json ?? false);
    const due = triggerOf(session, config, args.trigger);
    const reason = args.reason ?? due?.reason;
    if (args.execute && !reason?.trim()) {
      throw new VigilError('USAGE', '--execute requires --reason or --trigger');
    }
    // Before the plan is made: it would look at a half-way place, and nothing of it would be done.
    openJournal(session.history, Date.now).requireNone();
    const plan = await makePlan({
      config,
      type,
      reason: reason ?? '(--reason TEXT)',
      trigger: due?.trigger,
      who: args.by ?? os.userInfo().username,
      tag: randomBytes(4).toString('hex'),
    });
    if (!args.execute) {
      const text = planText(plan, session.redactor.redact);
      if (args.json) process.stdout.write(`${JSON.stringify(session.redactor.redactDeep(plan), null, 2)}\n`);
      else process.stdout.write(`${text}\nDry run: nothing was changed. --execute runs this plan.\n`);
      return;
    }
    const redacted = { ...plan, reason: session.redactor.redact(plan.reason) };
    await carryOut(config, loaded.folder, session, args.json ?? false, (options) =>
      executePlan(redacted, options),
    );
  } finally {
    await session.close().catch((thrown: unknown) => say(`closing: ${messageOf(thrown)}`));
  }
}
