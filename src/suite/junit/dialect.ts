import path from 'node:path';
import type { Dialect, JUnitCase, JUnitProperty } from './types.ts';
import type { XmlAttributes } from './xml.ts';

/** The attributes of a suite in the order in which one runner alone writes them. */
const suiteShapes: Readonly<Record<string, Dialect>> = {
  'name timestamp hostname tests failures errors skipped time': 'vitest',
  'name timestamp hostname tests failures skipped time errors': 'playwright',
  'name errors failures skipped tests time timestamp hostname': 'pytest',
  'name errors failures skipped tests hostname time timestamp': 'catch2',
  'name errors failures tests hostname time timestamp': 'catch2',
  'name tests file time timestamp failures errors skipped': 'unittest',
  'name tests time failures errors skipped': 'unittest',
  'name tests skipped failures errors time': 'behat',
  'name file tests skipped failures errors time': 'behat',
};

const rootNames: Readonly<Record<string, Dialect>> = {
  'vitest tests': 'vitest',
  'pytest tests': 'pytest',
};

/** The runner that wrote a suite; `undefined` for one that nothing gives away. */
export function dialectOf(root: XmlAttributes, suite: XmlAttributes): Dialect | undefined {
  const byRoot = rootNames[root.name ?? ''];
  if (byRoot) return byRoot;
  if (root.id !== undefined && suite.hostname !== undefined) return 'playwright';
  if (suite['xsi:noNamespaceSchemaLocation']?.includes('surefire')) return 'surefire';
  if (suite.name === 'pytest' && suite.hostname !== undefined) return 'pytest';
  if (suite.hostname === 'tbd') return 'catch2';
  return suiteShapes[Object.keys(suite).join(' ')];
}

/** Dialects whose `tests` may count more than cases: subtests, assertions, steps. */
export const countsMoreThanCases: ReadonlySet<Dialect | undefined> = new Set([
  'behat',
  'catch2',
  'pytest',
  'unittest',
] as const);

/** Whether a runner writes several elements for one case: pytest for a tear-down, jest-junit for a file that won't load. */
export const maySplitCases = (dialect: Dialect | undefined, { classname }: JUnitCase): boolean =>
  dialect === 'pytest' || classname === 'Test suite failed to run';

const valueIn = (properties: readonly JUnitProperty[], name: string): string | undefined =>
  properties.find((property) => property.name === name)?.value;

/** Which of several projects of one run a suite belongs to: Playwright's project, Maven's module. */
export function projectOf(
  dialect: Dialect | undefined,
  { hostname, properties }: { hostname?: string | undefined; properties: readonly JUnitProperty[] },
): string | undefined {
  if (dialect === 'playwright') return hostname;
  const module = valueIn(properties, 'basedir');
  const whole = valueIn(properties, 'maven.multiModuleProjectDirectory');
  if (module === undefined || whole === undefined) return undefined;
  return path.posix.relative(whole, module) || undefined;
}
