import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { z } from 'zod';
import { runEnvironment } from '../environment/variables.ts';
import { messageOf, VigilError } from '../errors.ts';
import { didYouMean } from '../text/nearest.ts';
import { oneLine } from '../text/safe-text.ts';
import { chosenDeployment, type DeploymentInput, deploymentInputs } from './deployments.ts';
import { syntaxPlace, thrownPlace } from './fault-place.ts';
import {
  type FromEnvironment,
  fromEnvironment,
  keysFromEnvironment,
  withEnvironment,
} from './from-environment.ts';
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
  /** Which of several deployments it is; `undefined` where the file is one deployment. */
  deployment?: string | undefined;
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
  'store.ca',
  'ledger.ca',
  'store.auth.certificate.cert',
  'store.auth.certificate.key',
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

/** Node imports a file once; another version of the address has it read again, but not what it imports itself. */
async function importConfig(file: string, version: string): Promise<unknown> {
  const isJson = file.endsWith('.json');
  try {
    const loaded = await import(
      `${pathToFileURL(file).href}${version}`,
      isJson ? { with: { type: 'json' } } : undefined
    );
    return isJson ? withoutSchema(loaded.default) : loaded.default;
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
}

/** Why a file could not be read, and where: it threw, or it is no module or no JSON. */
function unreadable(file: string, thrown: unknown): VigilError {
  const threwAt = thrownPlace(thrown);
  if (threwAt !== undefined || !(thrown instanceof Error)) {
    return new VigilError('CONFIG_INVALID', `${file} threw ${thrownText(thrown)}`, {
      where: threwAt,
      hint: 'correct the error; nothing was started',
      cause: thrown,
    });
  }
  const reason = messageOf(thrown).replace(`${file}: `, '');
  const isSyntax = thrown instanceof SyntaxError;
  return new VigilError('CONFIG_INVALID', `${file} could not be read: ${reason}`, {
    where: isSyntax ? syntaxPlace(file, thrown) : undefined,
    hint: file.endsWith('.json')
      ? 'it must be JSON: names in double quotes, no comma at the end of a list, no comment'
      : isSyntax
        ? 'correct the syntax there'
        : 'is everything that it imports installed, and each path right?',
    cause: thrown,
  });
}

const thrownText = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name}: ${oneLine(messageOf(thrown))}` : oneLine(inspect(thrown));

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
export async function readInput(file: string, what = 'file', hint?: string, version = ''): Promise<unknown> {
  if (!existsSync(file)) {
    const folder = path.dirname(file);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const near = didYouMean(path.basename(file), names);
    throw new VigilError('CONFIG_INVALID', `there is no ${what} ${file}${near}`, { hint });
  }
  const input = await importConfig(file, version);
  if (input !== undefined) return input;
  throw new VigilError('CONFIG_INVALID', `${file} has no default export`, {
    expected: 'export default { … }',
  });
}

/** Reads files as they are at that version of the configuration. */
const readerOf =
  (version: number) =>
  (file: string, what?: string, hint?: string): Promise<unknown> =>
    readInput(file, what, hint, version === 0 ? '' : `?version=${version}`);

/** What takes effect: the environment over the file over the defaults. */
function effective(
  fileInput: unknown,
  file: string,
  folder: string,
  environment: FromEnvironment = fromEnvironment(fileInput),
) {
  const variableOf = (path: readonly PropertyKey[]) => environment.given.get(path.join('.'))?.variable;
  const input = withEnvironment(fileInput, environment);
  return { config: anchored(validateConfig(input, file, variableOf), folder), fileInput, environment };
}

const noFile = 'name another with --config FILE, or leave it out to watch the embedded target';

function loadedDeployment(one: DeploymentInput, file: string, whole: unknown): LoadedConfig {
  return {
    ...effective(one.input, one.file, one.folder, fromEnvironment(whole)),
    deployment: one.name,
    file,
    folder: one.folder,
  };
}

/**
 * Reads `--config FILE`, or the first `vigil.config.*` of the folder, or the defaults; of a file with several
 * deployments the one that is named. `version` differs when the files are to be read again.
 */
export async function loadConfig(
  folder: string,
  named?: string,
  deployment = runEnvironment().deployment,
  version = 0,
): Promise<LoadedConfig> {
  const file = chooseFile(folder, named);
  const read = readerOf(version);
  const input = file === undefined ? {} : await read(file, 'configuration', noFile);
  const several = file === undefined ? undefined : await deploymentInputs(input, file, read);
  if (file !== undefined && several)
    return loadedDeployment(chosenDeployment(several, deployment, file), file, input);
  if (deployment !== undefined) {
    throw new VigilError('USAGE', `${file ?? 'the configuration'} is a single deployment`, {
      expected: 'no --deployment, or a configuration with deployments: { … }',
      received: deployment,
    });
  }
  if (!file) return { ...effective(input, 'the environment', folder), file, folder };
  const home = path.dirname(file);
  return { ...effective(input, file, home), file, folder: home };
}

/** Where a configuration came from and what it said when it was read: from this it is loaded once more. */
export type ConfigSource = Pick<LoadedConfig, 'file' | 'folder' | 'deployment' | 'fileInput'>;

const handedShape = z.object({
  file: z.string().optional(),
  folder: z.string(),
  deployment: z.string().optional(),
  fileInput: z.unknown(),
});

/** A configuration as text for another process, which goes by it whatever its file says by then. References to secrets stay references. */
export const handedConfig = ({ file, folder, deployment, fileInput }: ConfigSource): string =>
  JSON.stringify({ file, folder, deployment, fileInput });

/** The configuration that `handedConfig` wrote, under the environment of this process, which its writer has checked. */
export function loadHanded(text: string): LoadedConfig {
  const { file, folder, deployment, fileInput } = handedShape.parse(JSON.parse(text));
  const loaded = effective(fileInput, file ?? 'the environment', folder, keysFromEnvironment());
  return { ...loaded, file, folder, deployment };
}

/** One of several deployments: loaded, or what is wrong with it. */
export type DeploymentToLoad = { name: string } & (
  | { loaded: LoadedConfig; fault?: undefined }
  | { loaded?: undefined; fault: VigilError }
);

export interface LoadedDeployments {
  /** Files and folders that say it. */
  files: string[];
  deployments: DeploymentToLoad[];
  concurrency: number | undefined;
}

function tryToLoad(one: DeploymentInput, file: string, whole: unknown): DeploymentToLoad {
  try {
    return { name: one.name, loaded: loadedDeployment(one, file, whole) };
  } catch (thrown) {
    if (thrown instanceof VigilError) return { name: one.name, fault: thrown };
    throw thrown;
  }
}

/**
 * All deployments of a configuration that names several; `undefined` of one that is a single deployment. A mistake in
 * one costs the others nothing. `version` differs when the files are to be read again.
 */
export async function loadDeployments(
  folder: string,
  named?: string,
  version = 0,
): Promise<LoadedDeployments | undefined> {
  const file = chooseFile(folder, named);
  if (file === undefined) return undefined;
  const read = readerOf(version);
  const input = await read(file, 'configuration', noFile);
  const several = await deploymentInputs(input, file, read);
  return (
    several && {
      files: [file, ...(several.inFolder === undefined ? [] : [several.inFolder])],
      concurrency: several.concurrency,
      deployments: several.deployments.map((one) => tryToLoad(one, file, input)),
    }
  );
}
