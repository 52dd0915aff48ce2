import { type CheckDefinition, VigilError } from '../core/index.ts';
import type { Scenario } from './scenario.ts';

/** The checks that these scenarios are meant to turn red. */
export const intendedBy = (wanted: readonly Scenario[]): string[] => [
  ...new Set(
    wanted.filter(({ around }) => !around).flatMap(({ intended }) => intended.map(({ check }) => check)),
  ),
];

/** The scenarios of one fault, of one check, or all. @throws USAGE for a name or id that isn't there. */
export function selectScenarios(
  scenarios: readonly Scenario[],
  catalogue: readonly CheckDefinition[],
  { fault, check }: { fault?: string | undefined; check?: string | undefined },
): readonly Scenario[] {
  const wanted = scenarios.filter(
    (scenario) =>
      (fault === undefined || scenario.name === fault || scenario.name.startsWith(`${fault} (`)) &&
      (check === undefined || intendedBy([scenario]).includes(check)),
  );
  if (wanted.length > 0) return wanted;
  const asked = [fault && `named “${fault}”`, check && `for ${check}`].filter(Boolean).join(' ');
  const names = fault === undefined ? catalogue.map(({ id }) => id) : scenarios.map(({ name }) => name);
  throw new VigilError('USAGE', `no fault ${asked}`, {
    expected: names.join(', '),
    received: fault ?? check ?? '',
  });
}
