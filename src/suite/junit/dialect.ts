import path from 'node:path';
import type { Dialect, JUnitCase, JUnitFailure, JUnitProperty } from './types.ts';
import type { XmlAttributes } from './xml.ts';

/** The attributes of a suite in the order in which one runner alone writes them. */
const suiteShapes: Readonly<Record<string, Dialect>> = {
  'name timestamp hostname tests failures errors skipped time': 'vitest',
  'name timestamp hostname tests failures skipped time errors': 'playwright',
  'name errors failures skipped tests time timestamp hostname': 'pytest',
  'name errors failures skipped tests hostname time timestamp': 'catch2',
  'name errors failures tests hostname time timestamp': 'catch2',
  'name tests failures disabled skipped hostname time timestamp': 'ctest',
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

const pythonPath = /^[^\W\d]\w*(?:\.[^\W\d]\w*)*$/;

/** Dialects whose `tests` may count subtests, assertions or steps, and how a case shows that its suite is of such a one. */
const countingMore: Partial<Readonly<Record<Dialect, (entry: XmlAttributes, suite: string) => boolean>>> = {
  behat: ({ classname, status }, suite) => classname === suite && status !== undefined,
  catch2: () => true,
  pytest: () => true,
  unittest: ({ classname = '', name = '' }) => pythonPath.test(classname) && name.startsWith('test'),
};

/** Whether a case stands in a suite whose `tests` may be more than its cases. */
export const countsMore = (dialect: Dialect | undefined, suite: string, entry: XmlAttributes): boolean =>
  (dialect && countingMore[dialect]?.(entry, suite)) ?? false;

/** Whether a runner writes several elements for one case: pytest for a tear-down, jest-junit for a file that won't load. */
export const maySplitCases = (dialect: Dialect | undefined, { classname }: JUnitCase): boolean =>
  dialect === 'pytest' || classname === 'Test suite failed to run';

/** The exit code of Perl's Test::More is the number of tests that failed; prove makes an error of the suite of it. */
export const isCountOfFailed = ({ message = '' }: JUnitFailure, failed: number): boolean =>
  failed > 0 && message.startsWith(`Dubious, test returned ${failed} (`);

/**
 * A case that TAP::Formatter::JUnit names by its number, `2 - greets`, without it: one more case before it would make it
 * another. `position` is that of the case in its suite, from 1.
 */
export function withoutNumber({ time, name = '', ...others }: XmlAttributes, position: number): string {
  const [, number, title] = /^(\d+) - (.+)$/s.exec(name) ?? [];
  const isNumbered = Number(number) === position && Object.keys(others).length === 0;
  return isNumbered && title !== undefined ? title : name;
}

/** What CTest calls its suite by is the build, `Linux-c++` or `(empty)`: a setting of the machine, and no part of a test's name. */
export const isNamedByBuild = (dialect: Dialect | undefined): boolean => dialect === 'ctest';

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
