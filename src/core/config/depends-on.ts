import { z } from 'zod';
import { nearest } from '../text/nearest.ts';

/** Names of the services and checks that something depends on. */
export const dependsOnSchema = z
  .array(z.string().min(1))
  .min(1, 'expected at least one service or check')
  .max(50);

/** The same by name, for checks that have no other place in the configuration. */
export const dependsOnByName = z.record(z.string().min(1), dependsOnSchema);

/** Everything that may depend on something, and whose failure may explain others. */
export interface Dependents {
  services: readonly { name: string; dependsOn?: readonly string[] | undefined }[];
  /** With the service that each asks. */
  probes: readonly { id: string; service?: string | undefined; dependsOn?: readonly string[] | undefined }[];
  dependsOn: Readonly<Record<string, readonly string[]>>;
}

/** A service with its checks, or a single check. */
export interface DependencyEnd {
  name: string;
  service: string | undefined;
  checks: readonly string[];
}

/** That something fails where another does, directly or through what lies between. */
export interface Dependency {
  target: DependencyEnd;
  source: DependencyEnd;
}

const serviceKey = (name: string): string => `service ${name}`;
const checkKey = (id: string): string => `check ${id}`;
const nameOf = (key: string): string => key.slice(key.indexOf(' ') + 1);

/** What depends on what by name, where a name means a service if there is one of that name, else a check. */
function graphOf({ services, probes, dependsOn }: Dependents) {
  const names = new Set(services.map(({ name }) => name));
  const keyOf = (name: string) => (names.has(name) ? serviceKey(name) : checkKey(name));
  const checksOf = (service: string) => probes.filter((probe) => probe.service === service);
  const own = new Map<string, string[]>();
  const add = (key: string, on: readonly string[] = []) =>
    own.set(key, [...(own.get(key) ?? []), ...on.map(keyOf)]);
  for (const service of services) add(serviceKey(service.name), service.dependsOn);
  for (const probe of probes) add(checkKey(probe.id), probe.dependsOn);
  for (const [name, on] of Object.entries(dependsOn)) add(keyOf(name), on);
  const serviceOf = new Map(probes.map(({ id, service }) => [checkKey(id), service]));
  /** What a check's service depends on, the check does too. */
  const directly = (key: string): string[] => {
    const service = serviceOf.get(key);
    const inherited = service === undefined ? [] : (own.get(serviceKey(service)) ?? []);
    return [...(own.get(key) ?? []), ...inherited];
  };
  /** All that something depends on, what lies deepest first. */
  const closureOf = (key: string, seen = new Set<string>()): string[] =>
    directly(key).flatMap((below) => {
      if (seen.has(below)) return [];
      seen.add(below);
      return [...closureOf(below, seen), below];
    });
  /** The checks whose failure is one of the service; a check that depends on its service only follows from it. */
  const tellingOf = (service: string): string[] =>
    checksOf(service)
      .filter(({ id }) => !closureOf(checkKey(id)).includes(serviceKey(service)))
      .map(({ id }) => id);
  return { own, directly, closureOf, checksOf, tellingOf, names };
}

/** Every dependency of a configuration without cycles; of one thing the deepest comes first. */
export function dependenciesOf(dependents: Dependents): Dependency[] {
  const { own, closureOf, checksOf, tellingOf } = graphOf(dependents);
  const isService = (key: string) => key.startsWith('service ');
  const endOf = (key: string, checks: (service: string) => string[]): DependencyEnd => {
    const name = nameOf(key);
    return isService(key)
      ? { name, service: name, checks: checks(name) }
      : { name, service: undefined, checks: [name] };
  };
  return [...own.keys()].flatMap((key) =>
    closureOf(key).map((source) => ({
      target: endOf(key, (service) => checksOf(service).map(({ id }) => id)),
      source: endOf(source, tellingOf),
    })),
  );
}

/** The first way that leads back to where it began, by the names on it. */
function cycleIn(dependents: Dependents): string[] | undefined {
  const { own, directly, tellingOf } = graphOf(dependents);
  const done = new Set<string>();
  const from = (key: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(key)) return [...way.slice(way.indexOf(key)), key].map(nameOf);
    if (done.has(key)) return undefined;
    // A service is as well as its checks are.
    const inside = key.startsWith('service ') ? tellingOf(nameOf(key)).map(checkKey) : [];
    for (const below of [...directly(key), ...inside]) {
      const found = from(below, [...way, key]);
      if (found) return found;
    }
    done.add(key);
    return undefined;
  };
  for (const key of own.keys()) {
    const found = from(key, []);
    if (found) return found;
  }
  return undefined;
}

/** Where a name stands that something depends on. */
type Place = readonly [path: PropertyKey[], name: string];

function placesOf({ services, probes, dependsOn }: Dependents): Place[] {
  const each = (path: PropertyKey[], on: readonly string[] = []) =>
    on.map((name, index): Place => [[...path, index], name]);
  return [
    ...services.flatMap(({ name, dependsOn: on }) => each(['services', name, 'dependsOn'], on)),
    ...probes.flatMap(({ dependsOn: on }, index) => each(['probes', index, 'dependsOn'], on)),
    ...Object.entries(dependsOn).flatMap(([name, on]): Place[] => [
      [['dependsOn', name], name],
      ...each(['dependsOn', name], on),
    ]),
  ];
}

/**
 * What is wrong with what depends on what: a name that means nothing, or a cycle. `checks` are those of the suite;
 * `undefined` where nobody knows them all, so that any name may be one.
 */
export function dependencyFaults(
  dependents: Dependents,
  checks: readonly string[] | undefined,
): (readonly [path: PropertyKey[], message: string, input?: unknown])[] {
  const places = placesOf(dependents);
  const known = [
    ...dependents.services.map(({ name }) => name),
    ...dependents.probes.map(({ id }) => id),
    ...(checks ?? []),
  ];
  const unknown = checks ? places.filter(([, name]) => !known.includes(name)) : [];
  if (unknown.length > 0) {
    return unknown.map(([path, name]) => {
      const close = nearest(name, known);
      const meant = close ? `; did you mean "${close}"?` : '';
      return [path, `expected the name of a service or the id of a check${meant}`, name] as const;
    });
  }
  const cycle = cycleIn(dependents);
  const [first] = places;
  if (!cycle || !first) return [];
  const at = places.find(([path, name]) => path.includes(cycle[0] ?? '') && name === cycle[1]) ?? first;
  return [[at[0], `expected no cycle; ${cycle.join(' depends on ')}`, at[1]]];
}
