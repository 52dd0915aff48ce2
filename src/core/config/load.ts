import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, VigilError } from '../errors.ts';
import { type FromEnvironment, fromEnvironment, withEnvironment } from './from-environment.ts';
import type { ProbeConfig } from './probes.ts';
import { anchoredRollback } from './rollback.ts';
import type { VigilConfig } from './schema.ts';
import { validateConfig } from './validate.ts';

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

function anchoredProbe(probe: ProbeConfig, resolve: (file: string) => string): ProbeConfig {
  if (probe.type === 'tls' && probe.ca !== undefined) return { ...probe, ca: resolve(probe.ca) };
  return probe.type === 'command' ? { ...probe, cwd: resolve(probe.cwd ?? '.') } : probe;
}

/** Paths that a person writes are relative to the configuration's folder; from here on they are absolute. */
function anchored(config: VigilConfig, folder: string): VigilConfig {
  const resolve = (file: string) => path.resolve(folder, file);
  const { target, suite } = config;
  return {
    ...config,
    folder,
    reports: resolve(config.reports),
    rollback: config.rollback && anchoredRollback(config.rollback, resolve),
    suite: {
      ...suite,
      root: suite.root && resolve(suite.root),
      catalogue: suite.catalogue && resolve(suite.catalogue),
    },
    probes: config.probes.map((probe) => anchoredProbe(probe, resolve)),
    target: target && {
      ...target,
      logs: target.logs?.map(resolve),
      release: target.release && { manifest: resolve(target.release.manifest) },
      smoke: target.smoke && { ...target.smoke, cwd: resolve(target.smoke.cwd ?? '.') },
    },
  };
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
