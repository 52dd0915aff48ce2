import { type Dependency, type DependencyEnd, type Matcher, quotedRegex } from '../../core/index.ts';
import type { Inhibition } from '../engine/inputs.ts';

const anyOf = (label: string, values: readonly string[]): Matcher =>
  values.length === 1
    ? { label, operator: '=', value: values[0] ?? '' }
    : { label, operator: '=~', value: values.map(quotedRegex).join('|') };

/** Which alerts tell of a service or of a check, each set by its matchers. */
function alertsOf({ service, checks }: DependencyEnd): Matcher[][] {
  const sets: Matcher[][] = [];
  // Those of its checks are told apart: one that depends on its service tells nothing of it.
  if (service !== undefined) sets.push([anyOf('service', [service]), anyOf('check', [''])]);
  if (checks.length > 0) sets.push([anyOf('check', checks)]);
  return sets;
}

const severity = (operator: Matcher['operator'], value: string): Matcher => ({
  label: 'severity',
  operator,
  value,
});

/** A graver alert is no consequence of a slighter one. */
const severities = [
  { source: severity('=', 'critical'), target: [] },
  { source: severity('=', 'warning'), target: [severity('!=', 'critical')] },
];

/** What is silent while something that it depends on fails. */
export function dependencyInhibitions(dependencies: readonly Dependency[]): Inhibition[] {
  return dependencies.flatMap(({ target, source }) =>
    severities.flatMap((grave) =>
      alertsOf(source).flatMap((from) =>
        alertsOf(target).map((to) => ({
          name: `${target.name} depends on ${source.name}`,
          source: [...from, grave.source],
          target: [...to, ...grave.target],
          equal: [],
          isDependency: true,
        })),
      ),
    ),
  );
}
