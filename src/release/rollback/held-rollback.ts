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
  /**
   * Asks until the ledger answers whether the rollback is still this process's own; `onAway` is told at the first try that
   * gets no answer. @throws what ended the waiting, FencedOff
   */
  confirm(signal: AbortSignal, onAway: (reason: string) => void): Promise<void>;
  /** Whether the watchdog may have ended what the step had started, because the lease was not renewed in time. */
  wasOverdue(): boolean;
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
  let wasOverdue = false;
  // A third of the lease is left for ending what runs.
  const leftMs = () => renewedMs + (2 * leaseMs) / 3 - performance.now();
  const tell = () => {
    watchdog.stdin.write(`${JSON.stringify({ ...current, forMs: Math.max(0, leftMs()) })}\n`);
  };
  const renewed = (askedMs: number) => {
    wasOverdue ||= leftMs() <= 0;
    renewedMs = Math.max(renewedMs, askedMs);
  };
  const lose = (thrown: FencedOff) => {
    if (lost.signal.aborted) return;
    say(thrown.message);
    lost.abort(thrown);
  };
  let isAway = false;
  /** @throws FencedOff, or why the ledger can't be asked */
  const renew = async () => {
    const askedMs = performance.now();
    try {
      await ledger.renew(hold);
    } catch (thrown) {
      if (thrown instanceof FencedOff) lose(thrown);
      throw thrown;
    }
    renewed(askedMs);
    isAway = false;
    tell();
  };
  const look = () =>
    renew().catch((thrown) => {
      if (!isAway && !lost.signal.aborted)
        say(`The lease of the rollback can’t be renewed: ${messageOf(thrown)}`);
      isAway = true;
    });
  let timer: NodeJS.Timeout | undefined;
  let isOpen = true;
  /** One after another, and soon again where one had no answer: the next may be answered before the lease is over. */
  const renewAfter = (pauseMs: number) => {
    if (!isOpen || lost.signal.aborted) return;
    timer = setTimeout(async () => {
      const askedMs = performance.now();
      await look();
      renewAfter(isAway ? retryMs : Math.max(0, askedMs + leaseMs / 3 - performance.now()));
    }, pauseMs);
  };
  renewAfter(leaseMs / 3);
  return {
    hold,
    lost: lost.signal,
    look,
    async confirm(signal, onAway) {
      for (let hasWarned = false; ; hasWarned = true) {
        signal.throwIfAborted();
        try {
          return await renew();
        } catch (thrown) {
          if (thrown instanceof FencedOff) throw thrown;
          if (!hasWarned) onAway(messageOf(thrown));
          await sleep(retryMs, undefined, { signal }).catch(() => {});
        }
      }
    },
    wasOverdue: () => wasOverdue || leftMs() <= 0,
    async beginStep(run, step, signal) {
      for (;;) {
        signal.throwIfAborted();
        try {
          renewed(await ledger.beginStep(hold, run, step));
          wasOverdue = false;
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
      isOpen = false;
      clearTimeout(timer);
      watchdog.stdin.end();
    },
  };
}
