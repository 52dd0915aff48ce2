import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../core/index.ts';
import { FencedOff, LedgerUnreachable, type RollbackHold, type SharedLedger } from '../../history/index.ts';

/** A rollback that the ledger knows, as long as this process may carry it out. */
export interface HeldRollback {
  hold: RollbackHold;
  /** Aborted when another process has taken it: nothing more may be done. */
  lost: AbortSignal;
  /** Writes down that a step begins; waits while the ledger is away. @throws what ended the waiting, FencedOff */
  beginStep(run: string, step: string, signal: AbortSignal): Promise<void>;
  /** Asks once whether the rollback is still this process's own. */
  look(): Promise<void>;
  /** Nothing that a step started is to be ended any more. */
  endStep(): void;
  close(): void;
}

const program = fileURLToPath(new URL(`./lease-watchdog${path.extname(import.meta.url)}`, import.meta.url));
const retryMs = 500;

/** Keeps the hold on a rollback: renews it, and has a process beside this one end a step when that fails for too long. */
export function keepHold(
  ledger: SharedLedger,
  hold: RollbackHold,
  say: (line: string) => void,
): HeldRollback {
  const { leaseMs } = ledger;
  const lost = new AbortController();
  const watchdog = spawn(process.execPath, [program], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.on('error', (thrown) => say(`The watchdog of the lease could not be started: ${thrown.message}`));
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  let current: { run: string; step?: string } = { run: hold.rollback };
  let renewedMs = performance.now();
  const tell = () => {
    // A third of the lease is left for ending what runs.
    const forMs = Math.max(0, renewedMs + (2 * leaseMs) / 3 - performance.now());
    watchdog.stdin.write(`${JSON.stringify({ ...current, forMs })}\n`);
  };
  const lose = (thrown: FencedOff) => {
    if (lost.signal.aborted) return;
    say(thrown.message);
    lost.abort(thrown);
  };
  let isAway = false;
  const renew = async () => {
    const askedMs = performance.now();
    try {
      await ledger.renew(hold);
      renewedMs = askedMs;
      isAway = false;
      tell();
    } catch (thrown) {
      if (thrown instanceof FencedOff) lose(thrown);
      else if (!isAway) say(`The lease of the rollback can’t be renewed: ${messageOf(thrown)}`);
      isAway = true;
    }
  };
  const timer = setInterval(() => void renew(), leaseMs / 3);
  return {
    hold,
    lost: lost.signal,
    look: renew,
    async beginStep(run, step, signal) {
      for (;;) {
        signal.throwIfAborted();
        const askedMs = performance.now();
        try {
          await ledger.beginStep(hold, run, step);
          renewedMs = askedMs;
          current = { run, step };
          tell();
          return;
        } catch (thrown) {
          if (thrown instanceof FencedOff) lose(thrown);
          if (!(thrown instanceof LedgerUnreachable)) throw thrown;
          await sleep(retryMs, undefined, { signal }).catch(() => {});
        }
      }
    },
    endStep() {
      current = { run: current.run };
      tell();
    },
    close() {
      clearInterval(timer);
      watchdog.stdin.end();
    },
  };
}
