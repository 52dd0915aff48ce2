import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, VigilError } from '../errors.ts';
import { type FromEnvironment, fromEnvironment, withEnvironment } from './from-environment.ts';
import type { VigilConfig } from './schema.ts';
import { at, validateConfig } from './validate.ts';

const defaultNames = [
  'vigil.config.ts',
  'vigil.config.mts',
  'vigil.config.js',
  'vigil.config.mjs',
  'vigil.config.json',
];

export interface LoadedConfig {
  config: VigilConfig;
  /** The file it came from; `undefined` when there is none and everything is default. */
  file: string | undefined;
  /** Paths in the configuration are relative to this folder. */
  folder: string;
  /** What the file says, before defaults. */
  fileInput: unknown;
  /** What the environment says over it. */
  environment: FromEnvironment;
}

/** Where a configuration names files and folders; `*` stands for each entry of a list. */
const places = [
  'reports',
  'suite.root',
  'suite.catalogue',
  'probes.*.ca',
  'probes.*.cwd',
  'services.*.ca',
  'services.*.auth.certificate.cert',
  'services.*.auth.certificate.key',
  'services.*.metricsAuth.certificate.cert',
  'services.*.metricsAuth.certificate.key',
  'target.prometheus.ca',
  'target.prometheus.auth.certificate.cert',
  'target.prometheus.auth.certificate.key',
  'target.grafana.ca',
  'target.grafana.auth.certificate.cert',
  'target.grafana.auth.certificate.key',
  'target.alertmanager.ca',
  'target.alertmanager.auth.certificate.cert',
  'target.alertmanager.auth.certificate.key',
  'target.logs.*',
  'target.release.manifest',
  'target.smoke.cwd',
  'rollback.cwd',
  'rollback.verify.suite.cwd',
  'rollback.validate.suite.cwd',
  'rollback.flag.file',
  'rollback.git.folder',
  'rollback.backup.archive',
  'rollback.backup.folder',
  'rollback.database.file',
  'rollback.database.dump',
].map((place) => place.split('.'));

/** The same value with the paths at that place relative to a folder. */
function anchoredAt(value: unknown, [key, ...below]: readonly string[], folder: string): unknown {
  if (key === undefined) return path.resolve(folder, String(value));
  if (Array.isArray(value)) return value.map((entry) => anchoredAt(entry, below, folder));
  const inner = at(value, [key]);
  if (inner === undefined) return value;
  return { ...(value as object), [key]: anchoredAt(inner, below, folder) };
}

/** Paths that a person writes are relative to the configuration's folder; from here on they are absolute. */
function anchored(config: VigilConfig, folder: string): VigilConfig {
  const { target } = config;
  const smoke = target?.smoke && { ...target.smoke, cwd: target.smoke.cwd ?? '.' };
  const whole = { ...config, folder, target: target && { ...target, smoke } };
  return places.reduce<unknown>((value, place) => anchoredAt(value, place, folder), whole) as VigilConfig;
}

/** A JSON file may name the schema by which an editor completes it. */
function withoutSchema(input: unknown): unknown {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([key]) => key !== '$schema'));
}

async function importConfig(file: string): Promise<unknown> {
  try {
    const isJson = file.endsWith('.json');
    const loaded = await import(pathToFileURL(file).href, isJson ? { with: { type: 'json' } } : undefined);
    return isJson ? withoutSchema(loaded.default) : loaded.default;
  } catch (thrown) {
    throw new VigilError('CONFIG_INVALID', `${file} could not be read: ${messageOf(thrown)}`, {
      hint: 'it must be a module with a default export; try: node --check on the file',
      cause: thrown,
    });
  }
}

/** The file that is named or found; a configuration that is meant but not found must never mean the embedded target. */
function chooseFile(folder: string, named: string | undefined): string | undefined {
  if (named !== undefined) {
    if (named.trim() !== '') return path.resolve(folder, named);
    throw new VigilError('CONFIG_INVALID', 'the configuration file that is named has no name', {
      expected: '--config FILE, or no --config at all',
      received: JSON.stringify(named),
      hint: 'is the variable set that should hold the name?',
    });
  }
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const found = defaultNames.find((name) => names.includes(name));
  const other = names.find((name) => /^vigil\.config\.\w+$/.test(name));
  if (found === undefined && other !== undefined) {
    throw new VigilError('CONFIG_INVALID', `${path.join(folder, other)} is not read by itself`, {
      expected: defaultNames.join(', '),
      received: other,
      hint: `rename it, or name it: --config ${other}`,
    });
  }
  return found && path.join(folder, found);
}

/** What a file's default export says, unchecked. */
export async function readInput(file: string, what = 'file', hint?: string): Promise<unknown> {
  if (!existsSync(file)) throw new VigilError('CONFIG_INVALID', `there is no ${what} ${file}`, { hint });
  const input = await importConfig(file);
  if (input !== undefined) return input;
  throw new VigilError('CONFIG_INVALID', `${file} has no default export`, {
    expected: 'export default { … }',
  });
}

/** What takes effect: the environment over the file over the defaults. */
function effective(fileInput: unknown, file: string, folder: string) {
  const environment = fromEnvironment(fileInput);
  const variableOf = (path: readonly PropertyKey[]) => environment.given.get(path.join('.'))?.variable;
  const input = withEnvironment(fileInput, environment);
  return { config: anchored(validateConfig(input, file, variableOf), folder), fileInput, environment };
}

/** Reads `--config FILE`, or the first `vigil.config.*` of the folder, or the defaults. */
export async function loadConfig(folder: string, named?: string): Promise<LoadedConfig> {
  const file = chooseFile(folder, named);
  if (!file) return { ...effective({}, 'the environment', folder), file: undefined, folder };
  const input = await readInput(
    file,
    'configuration',
    'name another with --config FILE, or leave it out to watch the embedded target',
  );
  const home = path.dirname(file);
  return { ...effective(input, file, home), file, folder: home };
}
