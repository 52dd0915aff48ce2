import { existsSync } from 'node:fs';
import {
  type CheckDefinition,
  checksOfShard,
  didYouMean,
  printable,
  shardOf,
  shardText,
  type VigilConfig,
  VigilError,
} from '../../core/index.ts';
import { ambiguity, checksNamed, type KnownCheck, knownCheckOf } from '../../suite/index.ts';
import { declaredChecks, readChecks, rememberedFile, writeChecks } from './known-checks-file.ts';

const rememberedIn = (reports: string): KnownCheck[] => {
  const file = rememberedFile(reports);
  return existsSync(file) ? readChecks(file) : [];
};

/** The checks that must be there, and who says so: a catalogue, a file, or the cycles so far. */
export function expectedChecks(
  config: VigilConfig,
  catalogue: readonly CheckDefinition[] | undefined,
  probes: readonly CheckDefinition[],
): { by: string; checks: KnownCheck[] } {
  const fixed = [...(catalogue ?? []), ...probes].map((definition) =>
    knownCheckOf({ ...definition, outcome: 'unknown', executed: false, measurements: [], definition }),
  );
  if (catalogue) return { by: 'the catalogue', checks: fixed };
  const { catalogue: file } = config.suite;
  const own = file === undefined ? rememberedIn(config.reports) : existsSync(file) ? readChecks(file) : [];
  return { by: file ?? 'earlier cycles', checks: [...own, ...fixed] };
}

/**
 * Refuses a shard of checks that nobody lists, and one without any: a lost check of it would not be seen.
 * @throws VigilError CONFIG_INVALID
 */
export function requireOwedChecks(
  config: VigilConfig,
  catalogue: readonly { id: string }[] | undefined,
): void {
  const shard = shardOf(config.suite);
  if (!shard) return;
  const whole = catalogue ?? declaredChecks(config.suite);
  if (checksOfShard(whole, shard).length > 0) return;
  const { catalogue: file } = config.suite;
  throw new VigilError(
    'CONFIG_INVALID',
    whole.length === 0
      ? `the suite can't be split: its catalogue ${file ?? ''} lists no check`
      : `shard ${shardText(shard)} of the ${whole.length} checks has none`,
    { hint: whole.length === 0 ? 'vigil checks --write makes it' : 'split into fewer shards' },
  );
}

/** Stops expecting a check that earlier cycles had; returns what was done. */
export function forgetCheck(config: VigilConfig, id: string): string {
  const checks = rememberedIn(config.reports);
  const [meant] = checksNamed(id, checks);
  const several = ambiguity(id, checks);
  if (several !== undefined) throw new VigilError('USAGE', several, { hint: 'name one of them in full' });
  if (meant === undefined) {
    const near = didYouMean(
      id,
      checks.map((check) => check.id),
    );
    throw new VigilError('USAGE', `no earlier cycle had a check "${id}"${near}`, {
      expected: checks.map((check) => check.id).join(', ') || 'a check of an earlier cycle; there is none',
    });
  }
  const rest = checks.filter((check) => check !== meant);
  writeChecks(rememberedFile(config.reports), rest);
  return `Forgotten: ${printable(meant.id)}. The next cycle may do without it, and ends its alert.`;
}

/** Writes the checks of the cycles so far as the catalogue of the suite; returns what was done. */
export function writeCatalogue(config: VigilConfig): string {
  const file = config.suite.catalogue;
  if (file === undefined) {
    throw new VigilError('USAGE', 'the configuration names no file for the catalogue', {
      expected: "suite: { root: 'health-tests', catalogue: 'health-tests/checks.json' }",
    });
  }
  if (shardOf(config.suite)) {
    throw new VigilError('USAGE', 'a shard has shown only a part of the checks', {
      hint: 'run vigil monitor once without suite.shard, and write the catalogue then',
    });
  }
  const checks = rememberedIn(config.reports);
  if (checks.length === 0) {
    throw new VigilError('USAGE', 'no cycle has shown a check yet', { hint: 'run vigil monitor first' });
  }
  writeChecks(file, checks);
  return `Written: ${file}, ${checks.length} checks. Commit it: one that is missing is unknown from now on.`;
}
