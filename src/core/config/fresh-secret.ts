import { messageOf, VigilError } from '../errors.ts';
import type { Redactor } from '../text/redactor.ts';
import { freshExecSecret, isExecReference } from './exec-secret.ts';
import { givenValue, isSecretReference } from './secret-reference.ts';

const redactors = new Set<Redactor>();

/** A redactor that is told of every secret that turns up while this process runs. */
export function tellOfSecrets(redactor: Redactor): void {
  redactors.add(redactor);
}

/** Makes a secret that was read only now known to whoever redacts. */
export function registerSecret(secret: string): void {
  for (const redactor of redactors) redactor.register(secret);
}

/** What stood behind each reference when it was read last. */
const read = new Map<string, string>();

/**
 * The value behind a reference, as it was read last; read again where it was refused. Any other text is the value itself.
 * CONFIG_INVALID where there is none; a value that was there before stays when it can't be read again.
 */
export async function freshSecret(text: string, where: string, isRefused: boolean): Promise<string> {
  if (!isSecretReference(text)) return text;
  const before = read.get(text);
  if (before !== undefined && !isRefused && !isExecReference(text)) return before;
  let value: string;
  try {
    value = isExecReference(text) ? await freshExecSecret(text, isRefused) : givenValue(text, where);
  } catch (thrown) {
    if (before !== undefined) return before;
    if (thrown instanceof VigilError) throw thrown;
    throw new VigilError('CONFIG_INVALID', `${where}: ${text} can’t be read: ${messageOf(thrown)}`, {
      where,
    });
  }
  if (value !== before) registerSecret(value);
  read.set(text, value);
  return value;
}
