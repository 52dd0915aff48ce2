import { send } from '../../clients/index.ts';
import {
  messageOf,
  minimalEnvironment,
  oneLine,
  type RollbackConfig,
  type ServiceConfig,
  shortened,
  VigilError,
  valueAt,
} from '../../core/index.ts';
import { runCommand } from '../../suite/index.ts';

type SchemaVersion = NonNullable<NonNullable<RollbackConfig['allowedIf']>['schema']>;

/** The condition by which a command says that a rollback would do harm; `undefined` where it allows it. */
async function refusedByCommand(command: string[], { cwd, env, commandTimeout }: RollbackConfig) {
  const { exit, stdout, stderr } = await runCommand({
    command,
    cwd,
    env: { ...minimalEnvironment(), ...env },
    timeoutMs: commandTimeout,
    endsAll: true,
  });
  if (exit.code === 0) return undefined;
  const said = shortened(oneLine(stdout.trim() || stderr.trim()), 200);
  return said || `${command[0]} ended with ${exit.timedOut ? 'its time over' : (exit.signal ?? exit.code)}`;
}

/** How the schema that a service says lies outside of what the previous release can read; `undefined` where it does not. */
async function refusedBySchema(
  { url, json, atLeast, atMost }: SchemaVersion,
  services: readonly ServiceConfig[],
): Promise<string | undefined> {
  const address = url.startsWith('/') ? `${services[0]?.url ?? ''}${url}` : url;
  const answer = await send(address, { timeoutMs: 5000 });
  const version = Number(valueAt(answer.json(), json));
  if (Number.isNaN(version)) return `${address} names no schema version at ${json}`;
  if (version >= (atLeast ?? version) && version <= (atMost ?? version)) return undefined;
  const range = `${atLeast ?? 'any'} to ${atMost ?? 'any'}`;
  return `the schema is at version ${version}, the previous release reads ${range}`;
}

/**
 * Asks whether the previous release may come back at all, before anything is touched: what can't be asked may not.
 * @throws USAGE with the reason
 */
export async function requireAllowed(
  rollback: RollbackConfig,
  services: readonly ServiceConfig[],
): Promise<void> {
  const { command, schema } = rollback.allowedIf ?? {};
  let refusal: string | undefined;
  try {
    if (command) refusal = await refusedByCommand(command, rollback);
    if (schema) refusal = await refusedBySchema(schema, services);
  } catch (thrown) {
    refusal = `it could not be asked: ${messageOf(thrown)}`;
  }
  if (refusal === undefined) return;
  throw new VigilError('USAGE', `the rollback is refused by rollback.allowedIf: ${refusal}`, {
    hint: 'fix forward: the previous release cannot read what this one has written',
  });
}
