import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { JUnitCase } from '../junit/types.ts';

/** What a check without an id of its own is called: by the whole path to it, and as it was before version 0.2. */
export interface CheckName {
  id: string;
  /** Class and name alone, which several checks of a suite may share. */
  was: string;
}

/** Stands between the parts of a path. */
export const separator = ' › ';

/** The part of a path that a person needs to know a check by. */
const leastParts = 2;

function realOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder; // a report from elsewhere
  }
}

/** Makes paths below the suite's folder relative to it, so that the same check has the same name on another machine. */
function relativeTo(root: string | undefined): (part: string) => string {
  if (root === undefined) return (part) => part;
  const roots = [path.resolve(root), realOf(root)];
  return (part) => {
    const home = roots.find((each) => part.startsWith(`${each}${path.sep}`));
    return (home === undefined ? part : path.relative(home, part)).replace(/^\.\//, '');
  };
}

/** All that a report says of where a case stands, outermost first; what stands there twice in a row is said once. */
function partsOf(entry: JUnitCase, shorten: (part: string) => string): string[] {
  const { project, file, suites, classname, name } = entry;
  return [project, file, ...suites, classname, name]
    .map((part) => shorten(part?.trim() ?? ''))
    .filter((part, index, all) => part !== '' && part !== all[index - 1]);
}

const formerName = ({ classname, name }: JUnitCase): string =>
  classname && classname !== name ? `${classname}${separator}${name}` : name;

/** Of cases with one path the second is `#2`: by the line that it begins in, else as the report lists them. */
function numbered(entries: readonly JUnitCase[]): Map<JUnitCase, number> {
  const hasLines = entries.every(({ sourceLine }) => sourceLine !== undefined);
  const sorted = hasLines ? entries.toSorted((a, b) => (a.sourceLine ?? 0) - (b.sourceLine ?? 0)) : entries;
  return new Map(sorted.map((entry, index) => [entry, index + 1]));
}

const turnOf = / #\d+$/;

/** The path of a check without the number of its turn. */
export const withoutTurn = (id: string): string => id.replace(turnOf, '');

/** The id with the number of its turn among those that are called the same. */
export const withTurn = (id: string, turn: number): string => (turn > 1 ? `${id} #${turn}` : id);

/** What each case of a report is called, whatever order they ran in; paths are relative to the folder of the suite. */
export function namesOf(cases: readonly JUnitCase[], root?: string): Map<JUnitCase, CheckName> {
  const shorten = relativeTo(root);
  const turns = new Map<JUnitCase, number>();
  const ids = new Map(cases.map((entry) => [entry, partsOf(entry, shorten).join(separator)]));
  for (const entries of Map.groupBy(cases, (entry) => ids.get(entry)).values())
    for (const [entry, turn] of numbered(entries)) turns.set(entry, turn);
  return new Map(
    cases.map((entry) => {
      const id = withTurn(ids.get(entry) ?? '', turns.get(entry) ?? 1);
      return [entry, { id, was: formerName(entry) }];
    }),
  );
}

/** The checks without a former name that others had too: nobody knows whose was what is kept under it. */
export function withOwnFormerNames<T extends Named>(checks: readonly T[]): T[] {
  const byFormer = Map.groupBy(checks, ({ was }) => was);
  return checks.map((check) =>
    check.was !== undefined && byFormer.get(check.was)?.length !== 1 ? { ...check, was: undefined } : check,
  );
}

/** For each id the shortest end of its path, of at least two parts, by which no other of them is called. */
export function shownNames(ids: Iterable<string>): Map<string, string> {
  const shown = new Map<string, string>();
  let left = [...new Set(ids)];
  for (let count = leastParts; left.length > 0; count += 1) {
    const endOf = (id: string) => id.split(separator).slice(-count).join(separator);
    const alike = Map.groupBy(left, endOf);
    left = [];
    for (const [end, those] of alike) {
      if (those.length === 1 || those.every((id) => endOf(id) === id))
        for (const id of those) shown.set(id, end);
      else left.push(...those);
    }
  }
  return shown;
}

interface Named {
  id: string;
  was?: string | undefined;
}

/**
 * The checks that a name in a configuration may mean: the one with that id, else those that were called so before or
 * whose path ends so.
 */
export function checksNamed<T extends Named>(name: string, checks: readonly T[]): T[] {
  const exact = checks.filter(({ id }) => id === name);
  if (exact.length > 0) return exact;
  return checks.filter(
    ({ id, was }) => was === name || `${separator}${withoutTurn(id)}`.endsWith(`${separator}${name}`),
  );
}

/** What there is to say of a name that means several checks; nothing of others. */
export function ambiguity(name: string, checks: readonly Named[]): string | undefined {
  const found = new Set(checksNamed(name, checks).map(({ id }) => id));
  if (found.size < 2) return undefined;
  return `“${name}” names ${found.size} checks: ${[...found].map((id) => `“${id}”`).join(', ')}`;
}
