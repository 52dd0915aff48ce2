import { existsSync } from 'node:fs';
import {
  type CheckDefinition,
  dependencyFaults,
  dependentsIn,
  type VigilConfig,
  VigilError,
} from '../../core/index.ts';
import { ambiguity, type KnownCheck } from '../../suite/index.ts';
import { readChecks, rememberedFile } from './known-checks-file.ts';

interface GivenName {
  name: string;
  where: string;
  /** The checks that it may mean. */
  among: readonly KnownCheck[];
}

/** Checks of a file; a list that can't be read leaves its cycle in doubt, it is no reason not to begin. */
function checksIn(file: string | undefined): KnownCheck[] {
  if (file === undefined || !existsSync(file)) return [];
  try {
    return readChecks(file);
  } catch {
    return []; // the cycle says so
  }
}

/** Names of checks that the configuration gives; those in a catalogue that Vigil wrote are whole. */
function namesIn({ suite, quarantine, reports }: VigilConfig): GivenName[] {
  const seen = checksIn(rememberedFile(reports));
  const listed = checksIn(suite.catalogue);
  const ids = new Set(listed.map(({ id }) => id));
  const others = seen.filter(({ id }) => !ids.has(id));
  return [
    ...quarantine.map(({ check }, index) => ({
      name: check,
      where: `quarantine[${index}].check`,
      among: seen,
    })),
    ...listed
      .filter(({ id, was }) => was === undefined && !seen.some((check) => check.id === id))
      .map(({ id }) => ({ name: id, where: 'suite.catalogue', among: others })),
  ];
}

/** The ids of the suite's checks, where a catalogue names them all. */
function knownIds({ suite }: VigilConfig, catalogue: readonly CheckDefinition[] | undefined) {
  if (catalogue) return catalogue.map(({ id }) => id);
  const listed = checksIn(suite.catalogue);
  return listed.length > 0 ? listed.map(({ id }) => id) : undefined;
}

/** Refuses what depends on a check that the catalogue of the suite does not have. */
function requireKnownDependencies(
  config: VigilConfig,
  catalogue: readonly CheckDefinition[] | undefined,
): void {
  const [fault] = dependencyFaults(dependentsIn(config), knownIds(config, catalogue));
  if (!fault) return;
  const [path, message, received] = fault;
  throw new VigilError('CONFIG_INVALID', `${path.join('.')}: ${message}; came ${JSON.stringify(received)}`, {
    hint: 'vigil checks lists the checks by their ids',
  });
}

/**
 * Refuses a configuration in which a name means several of the checks that the cycles so far have shown, or in which
 * something depends on a check that there isn't. `catalogue` is that of a suite of our own.
 */
export function requireClearNames(
  config: VigilConfig,
  catalogue: readonly CheckDefinition[] | undefined,
): void {
  requireKnownDependencies(config, catalogue);
  for (const { name, where, among } of namesIn(config)) {
    const several = ambiguity(name, among);
    if (several === undefined) continue;
    throw new VigilError('CONFIG_INVALID', several, {
      where,
      expected: 'the id of one check, as vigil checks lists it',
    });
  }
}
