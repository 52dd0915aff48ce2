import { createInterface } from 'node:readline';
import { lockHolder, takeProcessLock } from '../../../src/core/files/process-lock.ts';

/** Takes a lock when a line asks for it, and says on one line what came of it. */
const [file = ''] = process.argv.slice(2);
const words = { held: (holder: string) => holder, hint: () => '' };
const told = (text: string) => process.stdout.write(`${text}\n`);

for await (const asked of createInterface({ input: process.stdin })) {
  try {
    if (asked === 'who') told(lockHolder(file) ? 'held' : 'free');
    else {
      takeProcessLock(file, new Date(0), words);
      told('won');
    }
  } catch (thrown) {
    told(`refused: ${(thrown as Error).message}`);
  }
}
