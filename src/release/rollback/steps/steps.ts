import { setTimeout as sleep } from 'node:timers/promises';
import type { Action } from '../action.ts';
import { checkArchive, extractArchive, swapFolder } from './backup.ts';
import { NotProven, type Performer, type StepContext, StillRed, type SuiteVerdict } from './context.ts';
import { checkDump, sqliteRestore, sqliteSwap } from './database.ts';
import { checkFlag, setFlagStep } from './flag.ts';
import { checkGit, gitCheckout } from './git.ts';
import { postgresRestore, postgresSwap } from './postgres.ts';
import { prove, readBefore } from './proof.ts';
import { awaitDrained, awaitUp, readActive } from './traffic.ts';
import { seconds } from './wait.ts';

const settle: Performer<'settle'> = {
  async perform({ ms }, { signal }) {
    await sleep(ms, undefined, { signal });
    return `waited ${seconds(ms)}`;
  },
};

const shown = (list: readonly string[]): string =>
  `${list.slice(0, 5).join('; ')}${list.length > 5 ? `; and ${list.length - 5} more` : ''}`;

/** What stands for nothing: failures of before the deployment, skips that are meant, failures in quarantine. */
const uncounted = ({ known, skipped, quarantined }: SuiteVerdict): string =>
  [
    known.length > 0 && `, ${known.length} that failed before the deployment already`,
    skipped > 0 && `, ${skipped} skipped`,
    quarantined > 0 && `, ${quarantined} failed in quarantine`,
  ]
    .filter(Boolean)
    .join('');

const judgeSuite: Performer<'suite'> = {
  async perform({ suite, own }, { runSuite }) {
    const found = await runSuite(suite, own);
    const { verdict, passed, failed, unknown } = found;
    const others = uncounted(found);
    if (verdict === 'pass') return `${passed} passed${others}`;
    if (verdict === 'fail') throw new StillRed(`${failed.length} failed: ${shown(failed)}${others}`);
    throw new NotProven(`${unknown.length} unknown: ${shown(unknown)}${others}`);
  },
};

type Performers = { [Kind in Action['kind']]: Performer<Kind> };

const performers: Performers = {
  announce: { perform: (_, { announce }) => announce() },
  command: {
    async perform({ command, cwd, timeoutMs }, { run }) {
      const said = (await run({ command, cwd, timeoutMs, leavesBehind: true })).trim().split('\n').at(-1);
      return said ? `done: ${said}` : 'done';
    },
  },
  'check-flag': checkFlag,
  'set-flag': setFlagStep,
  'read-before': readBefore,
  prove,
  'read-active': readActive,
  'await-drained': awaitDrained,
  'check-git': checkGit,
  'git-checkout': gitCheckout,
  'check-archive': checkArchive,
  extract: extractArchive,
  'swap-folder': swapFolder,
  'check-dump': checkDump,
  'sqlite-restore': sqliteRestore,
  'sqlite-swap': sqliteSwap,
  'postgres-restore': postgresRestore,
  'postgres-swap': postgresSwap,
  'await-up': awaitUp,
  settle,
  suite: judgeSuite,
};

const performerOf = (action: Action) => performers[action.kind] as Performer<Action['kind']>;

/** Carries an action out. */
export async function perform(action: Action, context: StepContext): Promise<string> {
  return performerOf(action).perform(action, context);
}

/** Takes an action back, where it can be. */
export async function undo(action: Action, context: StepContext): Promise<string | undefined> {
  return performerOf(action).undo?.(action, context);
}
