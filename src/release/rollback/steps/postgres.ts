import { minimalEnvironment, VigilError } from '../../../core/index.ts';
import type { PostgresPlace } from '../action.ts';
import { verifySha256 } from '../checksum.ts';
import { psqlDrop, psqlNames, psqlReopen, psqlSwap, restoreCommands } from '../postgres.ts';
import type { Performer, StepContext } from './context.ts';

/** The password goes by the environment: arguments are seen by everybody on the machine. */
export const postgresEnvironment = (
  { password }: Pick<PostgresPlace, 'password'>,
  { secret }: StepContext,
): Record<string, string> => ({
  ...minimalEnvironment(),
  ...(password && { PGPASSWORD: secret(password) }),
  PGCONNECT_TIMEOUT: '10',
  PGAPPNAME: 'vigil rollback',
});

export const postgresRestore: Performer<'postgres-restore'> = {
  async perform(action, context) {
    const { place, dump, sha256, staged, checks, timeoutMs } = action;
    await verifySha256(dump, sha256, context.signal);
    const env = postgresEnvironment(place, context);
    const commands = restoreCommands(action);
    const answers: string[] = [];
    try {
      // The first drops what an attempt that was cut off has left.
      for (const command of commands) answers.push((await context.run({ command, env, timeoutMs })).trim());
      const values = answers.slice(answers.length - checks.length);
      for (const [index, { sql, atLeast }] of checks.entries()) {
        if (Number(values[index]) >= atLeast) continue;
        throw new VigilError('HARNESS', 'the restored database is not what it must be', {
          where: staged,
          expected: `${sql} answers at least ${atLeast}`,
          received: values[index] || 'nothing',
        });
      }
    } catch (thrown) {
      if (!context.signal.aborted)
        await context.run({ command: psqlDrop(place, staged), env }).catch(() => '');
      throw thrown;
    }
    return `${staged} restored, ${checks.length} checks passed`;
  },
  async undo({ place, staged }, context) {
    await context.run({ command: psqlDrop(place, staged), env: postgresEnvironment(place, context) });
    return `the database ${staged} is removed`;
  },
};

export const postgresSwap: Performer<'postgres-swap'> = {
  async perform(action, context) {
    const { place, live, staged, kept, timeoutMs } = action;
    const env = postgresEnvironment(place, context);
    const run = (command: string[]) => context.run({ command, env, timeoutMs });
    const names = async () => (await run(psqlNames(action))).trim().split('\n').filter(Boolean);
    const before = await names();
    const isDone = (there: string[]) =>
      there.includes(live) && there.includes(kept) && !there.includes(staged);
    if (!isDone(before)) {
      if (!before.includes(live) || !before.includes(staged)) {
        throw new VigilError('HARNESS', 'the databases are not as this rollback left them', {
          where: place.host,
          expected: `${live} and ${staged}`,
          received: before.join(', ') || 'none of them',
        });
      }
      for (const command of psqlSwap(action)) await run(command);
      if (!isDone(await names()))
        throw new VigilError('HARNESS', 'the databases were not renamed', { where: live });
    }
    return `what was there is in ${kept}`;
  },
  async undo(action, context) {
    const { place, live, staged, kept } = action;
    const env = postgresEnvironment(place, context);
    const there = (await context.run({ command: psqlNames(action), env })).split('\n');
    if (!there.includes(kept)) {
      await context.run({ command: psqlReopen(action), env }); // closed, perhaps, and not yet renamed
      return undefined;
    }
    for (const command of psqlSwap({ place, live, staged: kept, kept: staged }))
      await context.run({ command, env });
    return `${live} is as it was before`;
  },
};
