import { lstatSync, renameSync } from 'node:fs';
import { VigilError } from '../../../core/index.ts';
import type { ActionOf } from './context.ts';

export const isThere = (place: string): boolean => lstatSync(place, { throwIfNoEntry: false }) !== undefined;

/**
 * Node offers no exchange of two names, so it takes two renames; between them nothing is live for an instant. Wherever
 * an attempt was cut off, the next one goes on. `between` moves what belongs to the live one.
 */
export function swapNames(
  { live, staged, kept }: Omit<ActionOf<'swap-folder'>, 'kind'>,
  what: string,
  between?: () => void,
): string {
  if (isThere(staged) && isThere(live) && !isThere(kept)) renameSync(live, kept);
  if (isThere(staged) && !isThere(live) && isThere(kept)) {
    between?.();
    renameSync(staged, live);
  }
  if (isThere(live) && isThere(kept) && !isThere(staged)) return `what was there is in ${kept}`;
  throw new VigilError('HARNESS', `the ${what} are not as this rollback left them`, {
    where: live,
    expected: `${live}, and ${staged} or ${kept}`,
    received: [live, staged, kept].filter(isThere).join(', ') || 'none of them',
    hint: 'somebody else moved them: look before anything else',
  });
}
