import { collectionFailure, isFileFailure, isHookName, isPackageName } from '../junit/pseudo-cases.ts';
import { separator } from './check-names.ts';
import type { CheckOutcome } from './check-outcome.ts';

/** Between the titles of one test in Vitest's reports. */
const titleSeparator = ' > ';

/** The place of the file that the last part repeats, where a runner names the case of a failed file after it. */
function fileAt(parts: readonly string[]): number {
  const last = parts.at(-1) ?? '';
  if (!/\.\w+$/.test(last)) return -1;
  return parts.slice(0, -1).findIndex((part) => part === last || part.endsWith(`/${last}`));
}

/**
 * The path of what failed, by the id of its failure: the file or the group whose set-up failed, the package that was not
 * built. Of a test it is the test's own.
 */
export function failedPlace(id: string): string {
  const parts = id.split(separator);
  // What a runner, and no person, has named.
  const made = parts.findIndex(
    (part, index) =>
      isHookName(part) || isFileFailure(part) || (index === parts.length - 1 && isPackageName(part)),
  );
  if (made > 0) return parts.slice(0, made).join(separator);
  return parts.slice(0, fileAt(parts) + 1).join(separator) || id;
}

/** Whether a failure is of the file, group or package that a check stands in, so that it may not have run. */
export function isKeptBy(failure: string, check: string): boolean {
  const place = failedPlace(failure);
  return check.startsWith(`${place}${separator}`) || check.startsWith(`${place}${titleSeparator}`);
}

const unloaded = 'could not be loaded: ';

/** The outcome of what stands for a file or a package that could not be loaded: it says nothing of the service. */
export function asNotLoaded(outcome: CheckOutcome): CheckOutcome {
  const said = (outcome.reason ?? '').replace(`${collectionFailure}: `, '');
  const reason = /ERR_TEST_FAILURE|^test failed$/.test(said)
    ? 'node:test says only that its process failed; run the file alone'
    : said;
  return { ...outcome, outcome: 'unknown', executed: false, reason: `${unloaded}${reason}` };
}

/** Whether an outcome stands for a file or a package that could not be loaded. */
export const isNotLoaded = ({ outcome, reason }: Pick<CheckOutcome, 'outcome' | 'reason'>): boolean =>
  outcome === 'unknown' && reason?.startsWith(unloaded) === true;

/** What could not be loaded, and the error: `test_cart: could not be loaded: SyntaxError: invalid syntax`. */
export const notLoadedText = ({ id, reason }: Pick<CheckOutcome, 'id' | 'reason'>): string =>
  `${failedPlace(id)}: ${reason?.split('\n', 1)[0]}`;
