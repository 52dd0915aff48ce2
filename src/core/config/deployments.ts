import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { messageOf, VigilError } from '../errors.ts';
import { didYouMean } from '../text/nearest.ts';
import { configSchema, type VigilConfigInput } from './schema.ts';
import { validated } from './validate.ts';

/** One of several deployments in a configuration, unchecked. */
export interface DeploymentInput {
  name: string;
  /** What it says itself, over what stands beside `deployments`. */
  input: unknown;
  /** The file it is in, for messages. */
  file: string;
  /** What it names is relative to this folder. */
  folder: string;
}

/** A configuration that names several deployments; `undefined` of one that is a single deployment. */
export interface DeploymentInputs {
  deployments: DeploymentInput[];
  /** The folder that has a file for each; `undefined` where they stand in one. */
  inFolder: string | undefined;
  /** How many suites may run at a time. */
  concurrency: number | undefined;
}

const name = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'expected small letters, digits and "-", at most 40');

/** The two keys that only a configuration of several deployments has; the rest is shared by all of them. */
export const severalSchema = z.strictObject({
  deployments: z.union(
    [
      z.string().min(1),
      z
        .record(name, z.looseObject({}))
        .refine((table) => Object.keys(table).length > 0, 'expected at least one deployment'),
    ],
    { error: 'expected { name: { … } }, or a folder with one file for each deployment' },
  ),
  concurrency: z.int().positive().optional(),
});

/** Whatever a configuration file may say. */
export const fileSchema = z.union([configSchema, z.looseObject(severalSchema.shape)]);

/** What a person writes of several deployments: each with the keys of one, and what they share beside them. */
export type DeploymentsInput = Partial<VigilConfigInput> & {
  deployments: string | Record<string, VigilConfigInput>;
  concurrency?: number;
};

const isTable = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Folder of a deployment's history: its own within the shared one. */
const reportsOf = (shared: Record<string, unknown>, one: string): string =>
  path.join(typeof shared.reports === 'string' ? shared.reports : 'reports', one);

const extensions = ['.ts', '.mts', '.js', '.mjs', '.json'];

/** The files of a folder that are a deployment each. @throws VigilError CONFIG_INVALID where there are none */
function filesIn(folder: string): string[] {
  let found: string[];
  try {
    found = readdirSync(folder).filter(
      (file) => extensions.includes(path.extname(file)) && statSync(path.join(folder, file)).isFile(),
    );
  } catch (thrown) {
    throw new VigilError('CONFIG_INVALID', `deployments: ${folder} can’t be read: ${messageOf(thrown)}`);
  }
  if (found.length > 0) return found.sort().map((file) => path.join(folder, file));
  throw new VigilError('CONFIG_INVALID', `deployments: there is no file in ${folder}`, {
    expected: `one file for each deployment, such as ${path.join(folder, 'checkout.ts')}`,
  });
}

/**
 * The deployments that a configuration names, each with what is shared; `read` gives what a file's default export says.
 * @throws VigilError CONFIG_INVALID for what is no table of deployments
 */
export async function deploymentInputs(
  input: unknown,
  file: string,
  read: (file: string) => Promise<unknown>,
): Promise<DeploymentInputs | undefined> {
  if (!isTable(input) || !('deployments' in input)) return undefined;
  const { deployments, concurrency, ...shared } = input;
  const several = validated(severalSchema, { deployments, concurrency }, file, undefined);
  const home = path.dirname(file);
  const withShared = (one: string, own: unknown, where: string, folder: string): DeploymentInput => ({
    name: one,
    input: isTable(own)
      ? { ...shared, name: one, reports: path.resolve(home, reportsOf(shared, one)), ...own }
      : own,
    file: where,
    folder,
  });
  if (typeof several.deployments !== 'string') {
    return {
      concurrency: several.concurrency,
      inFolder: undefined,
      deployments: Object.entries(several.deployments).map(([one, own]) =>
        withShared(one, own, `${file}: deployments.${one}`, home),
      ),
    };
  }
  const folder = path.resolve(home, several.deployments);
  const files = filesIn(folder);
  const named = files.map((each) => path.basename(each, path.extname(each)));
  named.forEach((one, index) => {
    if (named.indexOf(one) < index || !name.safeParse(one).success) {
      throw new VigilError('CONFIG_INVALID', `${files[index]}: its name can’t be a deployment's`, {
        expected: 'a file for each deployment, named with small letters, digits and "-"',
      });
    }
  });
  const inputs = await Promise.all(files.map(read));
  return {
    concurrency: several.concurrency,
    inFolder: folder,
    deployments: named.map((one, index) => withShared(one, inputs[index], String(files[index]), folder)),
  };
}

/** The one of several deployments that is meant. @throws VigilError USAGE when none is named, or none of them */
export function chosenDeployment(
  { deployments }: DeploymentInputs,
  named: string | undefined,
  file: string,
): DeploymentInput {
  const all = deployments.map(({ name: each }) => each);
  const names = all.join(', ');
  const chosen = deployments.find(({ name: each }) => each === named);
  if (chosen) return chosen;
  throw new VigilError(
    'USAGE',
    named === undefined
      ? `which deployment? ${file} has ${names}`
      : `${file} has no deployment "${named}"${didYouMean(named, all)}`,
    { expected: `--deployment with one of ${names}` },
  );
}
