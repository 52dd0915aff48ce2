import { messageOf, VigilError } from '../errors.ts';
import { createRedactor, type Redactor } from '../text/redactor.ts';
import { decodedUri } from '../text/shown-url.ts';
import { isExecReference } from './exec-secret.ts';
import { freshSecret, tellOfSecrets } from './fresh-secret.ts';
import type { VigilConfig } from './schema.ts';
import { givenValue, isSecretReference } from './secret-reference.ts';

const secretName =
  /token|secret|passw|credential|authorization|cookie|(?:api|access|private|signing|encryption|routing)[-_]?key/i;

/** Where a secret lies is none. */
const isPath = (text: string): boolean => /^(?:\/[\w.-]+){2,}$/.test(text);

/** What opens a door in an address: its user's password, alone and as a header carries it, and query values named so. */
function secretsOfUrl(text: string): string[] {
  const url = /^[\w+.-]+:\/\//.test(text) ? URL.parse(text) : undefined;
  if (!url) return [];
  const password = decodedUri(url.password);
  const login = password === '' ? [] : [url.password, password, `${decodedUri(url.username)}:${password}`];
  const named = [...url.searchParams].filter(([name]) => secretName.test(name)).map(([, value]) => value);
  return [...login, ...named];
}

function resolved(reference: string, env: NodeJS.ProcessEnv): string[] {
  try {
    return [givenValue(reference, '', env)];
  } catch {
    return []; // whoever needs it says so
  }
}

interface SecretUse {
  /** The key of the configuration that refers to it. */
  where: string;
  reference: string;
}

function referencesIn(value: unknown, where: string): SecretUse[] {
  if (typeof value === 'string') return isSecretReference(value) ? [{ where, reference: value }] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => referencesIn(inner, `${where}.${key}`));
}

/** Every secret that the configuration refers to, by the keys that hold references. */
export function secretUses(config: VigilConfig): SecretUse[] {
  const { services, target, store, ledger, probes, suite, notifications, server, rollback } = config;
  const ofProbes = probes.flatMap((probe, index) => {
    const [headers, url] = ['headers' in probe && probe.headers, probe.type === 'sql' && probe.url];
    return [...referencesIn(headers, `probes.${index}.headers`), ...referencesIn(url, `probes.${index}.url`)];
  });
  const { database } = rollback ?? {};
  const ofServices = services.flatMap(({ name, auth, metricsAuth, release }) => [
    ...referencesIn(auth, `services.${name}.auth`),
    ...referencesIn(metricsAuth, `services.${name}.metrics.auth`),
    ...referencesIn(release.expected, `services.${name}.release.expected`),
  ]);
  const around = (['prometheus', 'grafana', 'alertmanager'] as const).flatMap((key) =>
    referencesIn(target?.[key]?.auth, `target.${key}.auth`),
  );
  return [
    ...ofServices,
    ...around,
    ...referencesIn(store?.headers, 'store.headers'),
    ...referencesIn(store?.auth, 'store.auth'),
    ...referencesIn(ledger?.postgres, 'ledger.postgres'),
    ...ofProbes,
    ...referencesIn(suite.env, 'suite.env'),
    ...referencesIn(notifications.channels, 'notifications.channels'),
    ...referencesIn(server.token, 'server.token'),
    ...referencesIn(server.read?.token, 'server.read.token'),
    ...referencesIn(database?.engine === 'postgres' && database.password, 'rollback.database.password'),
  ];
}

/** @throws CONFIG_INVALID with every secret that a watch refers to and that is missing; channels ask for theirs when they open */
export function requireSecrets(config: VigilConfig): void {
  const missing = secretUses(config).flatMap(({ where, reference }) => {
    try {
      if (!where.startsWith('notifications.')) givenValue(reference, where);
      return [];
    } catch (thrown) {
      return [messageOf(thrown)];
    }
  });
  if (missing.length === 0) return;
  throw new VigilError('CONFIG_INVALID', missing.join('; '), {
    hint: 'set the variables where Vigil is started, or write the files; vigil doctor checks each',
  });
}

/**
 * Has the commands run anew whose secrets have outlived their time, beside whatever else runs. One that fails leaves what
 * it printed last, and whoever needs it is refused.
 */
export async function renewSecrets(config: VigilConfig): Promise<void> {
  const commands = secretUses(config).filter(({ reference }) => isExecReference(reference));
  await Promise.all(
    commands.map(({ where, reference }) => freshSecret(reference, where, false).catch(() => {})),
  );
}

/** The word behind the scheme of an Authorization header is the secret, with or without it. */
const withoutScheme = (text: string): string[] => [text, text.replace(/^\w+ +/, '')];

function secretsIn(value: unknown, key: string, env: NodeJS.ProcessEnv): string[] {
  if (typeof value === 'string') {
    if (isSecretReference(value)) {
      return resolved(value, env).flatMap((secret) => [secret, ...secretsOfUrl(secret)]);
    }
    const isNamed = secretName.test(key) && !/file$/i.test(key) && !isPath(value);
    return [...(isNamed ? withoutScheme(value) : []), ...secretsOfUrl(value)];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    // Which release must run is named by reference too, and is told to everybody.
    name === 'expected' ? [] : secretsIn(inner, Array.isArray(value) ? key : name, env),
  );
}

/** Shorter values of the environment are switches and numbers. */
const shortestOfEnvironment = 8;

/**
 * A redactor that knows every value which must not be shown: what the configuration refers to as a secret or holds
 * under such a name, the passwords in addresses, and what the environment holds under such a name, whether anybody
 * refers to it or not.
 */
export function redactorOf(config: VigilConfig, env: NodeJS.ProcessEnv = process.env): Redactor {
  const ofEnvironment = Object.entries(env).flatMap(([name, value = '']) =>
    (isSecretReference(value) ? [] : secretsIn(value, name, env)).filter(
      (secret) => secret.length >= shortestOfEnvironment,
    ),
  );
  const redactor = createRedactor();
  for (const secret of new Set([...secretsIn(config, '', env), ...ofEnvironment])) redactor.register(secret);
  tellOfSecrets(redactor);
  return redactor;
}
