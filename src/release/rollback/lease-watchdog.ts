/**
 * A process of its own beside a rollback that a ledger knows. It is told which step runs and for how long the lease holds,
 * as a line of JSON, again with each renewal. When no renewal comes, because the rollback's process was stopped or the ledger
 * is away, it ends what the step has started, before another process may go on with the rollback.
 */
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { markedProcesses } from './step-mark.ts';

const message = z.object({ run: z.string(), step: z.string().optional(), forMs: z.number() });

/** Between two looks for what is still there: a process that begins another while it is ended. */
const againMs = 200;

function endStep(run: string, step: string): void {
  for (const pid of markedProcesses(run, step)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

let timer: NodeJS.Timeout | undefined;

createInterface({ input: process.stdin })
  .on('line', (line) => {
    clearTimeout(timer);
    const { run, step, forMs } = message.parse(JSON.parse(line));
    if (step === undefined) return;
    const end = () => {
      endStep(run, step);
      timer = setTimeout(end, againMs);
    };
    timer = setTimeout(end, forMs);
  })
  // The rollback's process is gone, and with it, by the guards of its commands, what they started.
  .on('close', () => clearTimeout(timer));
