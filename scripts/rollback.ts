import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { defineCommand } from 'citty';
import type { EngineState } from '../src/alerts/index.ts';
import {
  effectiveThresholds,
  loadConfig,
  messageOf,
  type VigilConfig,
  VigilError,
} from '../src/core/index.ts';
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
import { configOption, historyOption, jsonOption } from './options.ts';
import { abort, carryOut, say } from './rollback-carry-out.ts';
import { openSession, type Session } from './rollback-session.ts';

function typeOf(text: string | undefined): RollbackType | undefined {
  if (text === undefined) return undefined;
  const type = rollbackTypes.find((name) => name === text);
  if (type) return type;
  throw new VigilError('USAGE', '--type is no type of rollback', {
    expected: rollbackTypes.join(', '),
    received: text,
  });
}

/** The trigger that fires now, with its numbers, as the loop has recorded it. */
function triggerOf(
  session: Session,
  config: VigilConfig,
  name: string | undefined,
): { trigger: RollbackTrigger; reason: string } | undefined {
  if (name === undefined) return undefined;
  const state = session.history.loadState('alerts') as EngineState | undefined;
  const due = state?.alerts ? dueTriggers(state, effectiveThresholds(config)) : [];
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
export const rollbackCommand = defineCommand({
  meta: {
    name: 'rollback',
    description: 'Brings the previous release back; without --execute it only shows how',
  },
  args: {
    config: configOption,
    reports: historyOption,
    execute: { type: 'boolean', default: false, description: 'does it' },
    type: {
      type: 'string',
      description: 'flag, git, backup or database (default: the configured options in turn)',
    },
    reason: { type: 'string', description: 'why; needed with --execute unless --trigger says it' },
    trigger: {
      type: 'string',
      description: 'the trigger that fires: error_ratio, pass_rate, latency_p95, service_down',
    },
    by: { type: 'string', description: 'who asks for it (default: the user of this process)' },
    resume: { type: 'boolean', default: false, description: 'goes on with the one whose process died' },
    abort: {
      type: 'boolean',
      default: false,
      description: 'ends the one that is under way, and takes it back',
    },
    settle: {
      type: 'boolean',
      default: false,
      description: 'a person took over: ends the page, lets the loop roll back again',
    },
    json: jsonOption,
  },
  async run({ args }) {
    const asked = (['execute', 'resume', 'abort', 'settle'] as const).filter((name) => args[name]);
    if (asked.length > 1) {
      throw new VigilError(
        'USAGE',
        `${asked.map((name) => `--${name}`).join(' and ')} contradict each other`,
      );
    }
    const loaded = await loadConfig(process.cwd(), args.config);
    const config = args.reports ? { ...loaded.config, reports: path.resolve(args.reports) } : loaded.config;
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
      if (args.resume) return await carryOut(config, loaded.folder, session, args.json, resumeRollback);
      if (args.abort) return await abort(config, loaded.folder, session, args.json);
      const due = triggerOf(session, config, args.trigger);
      const reason = args.reason ?? due?.reason;
      if (args.execute && !reason?.trim()) {
        throw new VigilError('USAGE', 'a rollback has a reason', {
          expected: '--reason TEXT, or --trigger NAME',
        });
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
        if (args.json)
          process.stdout.write(`${JSON.stringify(session.redactor.redactDeep(plan), null, 2)}\n`);
        else process.stdout.write(`${text}\nNothing was done. With --execute, exactly this is.\n`);
        return;
      }
      const redacted = { ...plan, reason: session.redactor.redact(plan.reason) };
      await carryOut(config, loaded.folder, session, args.json, (options) => executePlan(redacted, options));
    } finally {
      await session.close().catch((thrown: unknown) => say(`closing: ${messageOf(thrown)}`));
    }
  },
});
