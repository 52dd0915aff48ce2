import { readFileSync } from 'node:fs';
import { secretEnvironment } from '../environment/variables.ts';
import { messageOf, VigilError } from '../errors.ts';
import { type Redactor, shortestSecret } from '../text/redactor.ts';
import { execSecret, execVariable, isExecReference } from './exec-secret.ts';

const form = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/;

/** Whether a text names a secret, `env:NAME`, `file:/path` or `exec:10m:command`, instead of being one. */
export function isSecretReference(text: string): boolean {
  return form.test(text) || isExecReference(text);
}

/** The names of the variables that a value refers to, however deep. */
export function referredVariables(value: unknown): string[] {
  if (typeof value === 'string') return /^env:[A-Za-z_]\w*$/.test(value) ? [value.slice(4)] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(referredVariables);
}

/** Whoever needs a secret that can't be had says so. */
function printedBy(reference: string): Record<string, string> {
  try {
    return { [execVariable(reference)]: execSecret(reference) };
  } catch {
    return {};
  }
}

/**
 * The variables by which a process can resolve what a value refers to, however deep: those that are named, and for each
 * command what it printed.
 */
export function variablesFor(
  value: unknown,
  env: Readonly<Record<string, string | undefined>> = secretEnvironment(),
): Record<string, string> {
  if (typeof value === 'string') {
    if (isExecReference(value)) return printedBy(value);
    const name = /^env:[A-Za-z_]\w*$/.test(value) ? value.slice(4) : undefined;
    const given = name === undefined ? undefined : env[name];
    return name === undefined || given === undefined ? {} : { [name]: given };
  }
  if (value === null || typeof value !== 'object') return {};
  return Object.assign({}, ...Object.values(value).map((inner) => variablesFor(inner, env)));
}

/** Turns a reference into what it names, empty when a variable is not set; throws when a file can’t be read. */
export type ResolveSecret = (reference: string) => string;

/** A resolver over what the caller may read: the variables of the environment, and files. */
export function secretResolver(
  env: Readonly<Record<string, string | undefined>> = secretEnvironment(),
  readFile = (file: string) => readFileSync(file, 'utf8'),
): ResolveSecret {
  return (reference) => {
    if (isExecReference(reference)) return execSecret(reference);
    const name = reference.slice(reference.indexOf(':') + 1);
    return reference.startsWith('env:') ? (env[name] ?? '') : readFile(name).trim();
  };
}

const hintFor = (reference: string, what: string): string =>
  reference.startsWith('env:')
    ? 'set the variable where Vigil is started'
    : isExecReference(reference)
      ? `have the command print the ${what}`
      : `write the ${what} into the file`;

/** The value behind a reference; any other text is the value itself. CONFIG_INVALID when there is none. */
export function givenValue(text: string, where: string, env: NodeJS.ProcessEnv = process.env): string {
  if (!isSecretReference(text)) return text;
  let value: string;
  try {
    value = secretResolver(env)(text);
  } catch (thrown) {
    const message = `${where}: ${text} can’t be read: ${messageOf(thrown)}`;
    throw new VigilError('CONFIG_INVALID', message, { where });
  }
  if (value) return value;
  throw new VigilError('CONFIG_INVALID', `${where}: ${text} holds nothing`, {
    where,
    hint: hintFor(text, 'value'),
  });
}

/**
 * The secret behind a reference, made known to the redactor. CONFIG_INVALID, which never shows a value, when it is a
 * literal, is missing, or is too short to be told from ordinary text.
 */
export function givenSecret(
  reference: string,
  where: string,
  redactor: Redactor,
  resolve: ResolveSecret = secretResolver(),
): string {
  const expected = 'env:NAME, file:/path or exec:10m:command, with the secret there';
  if (!isSecretReference(reference)) {
    redactor.register(reference);
    throw new VigilError('CONFIG_INVALID', `${where}: a secret stands in the configuration`, {
      where,
      expected,
      received: 'a literal, not shown',
      hint: 'put the secret into a variable or a file, and renew it: it has been in a file that is shared',
    });
  }
  let secret: string;
  try {
    secret = resolve(reference).trim();
  } catch (thrown) {
    throw new VigilError('CONFIG_INVALID', `${where}: ${reference} can't be read`, {
      where,
      expected,
      received: redactor.redact(messageOf(thrown)),
    });
  }
  if (secret.length < shortestSecret) {
    throw new VigilError('CONFIG_INVALID', `${where}: ${reference} holds no secret`, {
      where,
      expected: `at least ${shortestSecret} characters`,
      received: secret === '' ? 'nothing' : `${secret.length} characters`,
      hint: hintFor(reference, 'secret'),
    });
  }
  redactor.register(secret);
  return secret;
}
