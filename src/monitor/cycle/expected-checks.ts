import { existsSync } from 'node:fs';
import { type CheckDefinition, printable, type VigilConfig, VigilError } from '../../core/index.ts';
import { ambiguity, checksNamed, type KnownCheck, knownCheckOf } from '../../suite/index.ts';
import { readChecks, rememberedFile, writeChecks } from './known-checks-file.ts';

const rememberedIn = (reports: string): KnownCheck[] => {
  const file = rememberedFile(reports);
  return existsSync(file) ? readChecks(file) : [];
};

/** The checks that must be there, and who says so: a catalogue, a file, or the cycles so far. */
export function expectedChecks(
  config: VigilConfig,
  catalogue: readonly CheckDefinition[] | undefined,
  beside: readonly CheckDefinition[],
): { by: string; checks: KnownCheck[] } {
  const fixed = [...(catalogue ?? []), ...beside].map((definition) =>
    knownCheckOf({ ...definition, outcome: 'unknown', executed: false, measurements: [], definition }),
  );
  if (catalogue) return { by: 'the catalogue', checks: fixed };
  const { catalogue: file } = config.suite;
  const own = file === undefined ? rememberedIn(config.reports) : existsSync(file) ? readChecks(file) : [];
  return { by: file ?? 'earlier cycles', checks: [...own, ...fixed] };
}

/** Stops expecting a check that earlier cycles had; returns what was done. */
export function forgetCheck(config: VigilConfig, id: string): string {
  const checks = rememberedIn(config.reports);
  const [meant] = checksNamed(id, checks);
  const several = ambiguity(id, checks);
  if (several !== undefined) throw new VigilError('USAGE', several, { hint: 'name one of them in full' });
  if (meant === undefined) {
    throw new VigilError('USAGE', `no earlier cycle had a check “${id}”`, {
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
  const checks = rememberedIn(config.reports);
  if (checks.length === 0) {
    throw new VigilError('USAGE', 'no cycle has shown a check yet', { hint: 'run vigil monitor first' });
  }
  writeChecks(file, checks);
  return `Written: ${file}, ${checks.length} checks. Commit it: one that is missing is unknown from now on.`;
}
