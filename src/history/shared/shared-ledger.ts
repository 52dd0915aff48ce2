import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { deploymentLabel, messageOf, type VigilConfig, VigilError } from '../../core/index.ts';
import type { Ask } from '../ask.ts';
import { connectLedger, isForbidden, LedgerUnreachable } from './connect-ledger.ts';
import { pull, push } from './exchange.ts';
import { clockFault, giveUpLease, type Leader, type LeaseRequest, takeLease } from './lease.ts';
import { lookElsewhere } from './look-elsewhere.ts';
import { pruneEntries } from './prune-entries.ts';
import {
  beginRollback,
  beginSharedStep,
  cutOff,
  type RollbackHold,
  renewRollback,
  type SharedRollback,
  takeRollback,
} from './rollback-row.ts';

/** What a Vigil knows of who leads. Without the ledger nobody does: each tells for itself, and nothing is decided alone. */
export type LedgerStanding =
  | { state: 'leading' | 'following'; leader: Leader }
  /** Nothing was heard for a lease, and it was not tried for as long either: it was just started, or it was stopped. */
  | { state: 'unsure' }
  | { state: 'away'; sinceMs: number; reason: string };

/** A ledger that several Vigils share, as one of them uses it. */
export interface SharedLedger {
  leaseMs: number;
  /** Exchanges with the ledger, and where `leads` takes part in who leads, from now on; resolves when it was tried once. */
  start(options: { leads: boolean; onStanding(standing: LedgerStanding): void }): Promise<void>;
  /** Writes what waits without waiting for the next turn. */
  hurry(): void;
  standing(): LedgerStanding;
  /** Why what others decided may not be known here; `undefined` when it was read just now. */
  fault(): string | undefined;
  /** Writes what waits and reads what others wrote. @throws LedgerUnreachable */
  exchange(): Promise<void>;
  begin(rollback: Omit<SharedRollback, 'deployment'>, leaderFence: number | undefined): Promise<RollbackHold>;
  take(rollback: string): Promise<RollbackHold>;
  renew(hold: RollbackHold): Promise<void>;
  beginStep(hold: RollbackHold, run: string, step: string): Promise<void>;
  close(): Promise<void>;
}

interface SharedLedgerOptions {
  config: VigilConfig;
  /** Folder of the configuration. */
  folder: string;
  history: Ask;
  /** For one cycle, which can't wait for a lease until it tells without the ledger. */
  isSingle?: boolean | undefined;
  say(line: string): void;
}

/** How often others' entries are looked for. */
const exchangeMs = 2000;

const pruneEveryMs = 3_600_000;

/** A look at a ledger that is away may take longer than a short lease. */
const longestLookMs = 10_000;

/**
 * What is known of who leads, by clocks that go on while this process is stopped. That the ledger is away is believed when
 * it was for `patienceMs`.
 */
function standingKeeper(leaseMs: number, patienceMs: number) {
  const gapMs = leaseMs + longestLookMs;
  let heard: { leader: Leader; atMs: number; wallMs: number } | undefined;
  let failed: { sinceMs: number; monotonicMs: number; lastMs: number; reason: string } | undefined;
  const sinceHeard = () =>
    heard ? Math.max(performance.now() - heard.atMs, Date.now() - heard.wallMs) : Number.POSITIVE_INFINITY;
  return {
    heard(leader: Leader, askedMs: number, wallMs: number) {
      heard = { leader, atMs: askedMs, wallMs };
      failed = undefined;
    },
    failed(reason: string) {
      const nowMs = performance.now();
      // A process that was stopped has not tried meanwhile.
      const isGap = failed !== undefined && nowMs - failed.lastMs > gapMs;
      failed =
        failed && !isGap
          ? { ...failed, lastMs: nowMs, reason }
          : { sinceMs: Date.now(), monotonicMs: nowMs, lastMs: nowMs, reason };
    },
    standing(): LedgerStanding {
      if (heard && sinceHeard() < leaseMs)
        return { state: heard.leader.isOurs ? 'leading' : 'following', leader: heard.leader };
      const nowMs = performance.now();
      const isTried = failed !== undefined && nowMs - failed.lastMs < gapMs;
      if (failed && isTried && nowMs - failed.monotonicMs >= patienceMs)
        return { state: 'away', sinceMs: failed.sinceMs, reason: failed.reason };
      return { state: 'unsure' };
    },
  };
}

/** Opens the ledger that the configuration names; nothing is asked of it yet. @throws CONFIG_INVALID */
export async function openSharedLedger(options: SharedLedgerOptions): Promise<SharedLedger> {
  const { config, folder, history, say, isSingle } = options;
  if (!config.ledger) throw new VigilError('CONFIG_INVALID', 'no ledger is configured');
  const database = await connectLedger({ ledger: config.ledger, folder });
  const deployment = deploymentLabel(config);
  const leaseMs = config.ledger.lease;
  const everyMs = Math.min(exchangeMs, leaseMs / 3);
  const where = `${os.hostname()}, process ${process.pid}`;
  const request: LeaseRequest = {
    deployment,
    holder: randomUUID(),
    name: config.probe === undefined ? where : `${config.probe} (${where})`,
    leaseMs,
  };
  const { holder } = request;
  const keeper = standingKeeper(leaseMs, isSingle ? 0 : leaseMs);
  const unread = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let turning: Promise<void> = Promise.resolve();
  let next = () => {};
  let isStarted = false;
  let isTurning = false;
  let isHurried = false;
  let isLeading = false;
  let hasStoodBack = false;

  let fault: string | undefined = 'the ledger has not answered yet';
  let wrongClock: string | undefined;
  let readMs = performance.now();
  const exchange = async () => {
    await push(history, database, deployment);
    for (const kind of await pull(history, database, deployment)) {
      if (!unread.has(kind)) say(`The ledger holds entries that this Vigil does not know: ${kind}`);
      unread.add(kind);
    }
    await lookElsewhere(history, database, leaseMs);
    const before = wrongClock;
    wrongClock = await clockFault(database);
    if (wrongClock !== undefined && before === undefined) say(`The ledger: ${wrongClock}; correct the clock`);
    fault = undefined;
    readMs = performance.now();
  };
  let pruneAtMs = 0;
  /** Takes out what no history keeps any more; a role that may not leaves it. */
  const prune = async () => {
    if (!isLeading || performance.now() < pruneAtMs) return;
    pruneAtMs = performance.now() + pruneEveryMs;
    try {
      if (await pruneEntries(database, deployment, config.retention)) pruneAtMs = 0;
    } catch (thrown) {
      if (!isForbidden(thrown)) throw thrown;
    }
  };
  /** Until when the lease need not be renewed, by the clock that nobody can set. */
  let renewAtMs = 0;
  const lead = async () => {
    if (performance.now() < renewAtMs) return;
    if (wrongClock === undefined) hasStoodBack = false;
    else if (isLeading && !hasStoodBack) {
      // It runs out once, so that another can take it.
      hasStoodBack = true;
      renewAtMs = performance.now() + leaseMs + 2 * exchangeMs;
      return;
    }
    const [askedMs, wallMs] = [performance.now(), Date.now()];
    // Whoever's clock is right comes first.
    const leader = await takeLease(database, request, wrongClock === undefined ? 0 : leaseMs);
    keeper.heard(leader, askedMs, wallMs);
    isLeading = leader.isOurs;
    renewAtMs = askedMs + (isLeading ? leaseMs / 3 - everyMs / 2 : 0);
    if (isLeading) await cutOff(database, deployment, leaseMs);
  };

  return {
    leaseMs,
    standing: keeper.standing,
    fault: () =>
      fault ??
      wrongClock ??
      (performance.now() - readMs > longestLookMs ? 'the ledger was not read for a while' : undefined),
    exchange,
    start({ leads, onStanding }) {
      const turn = async () => {
        try {
          const wasLeading = isLeading;
          if (leads) await lead();
          // What the leader before has told must be known before anything is told here.
          if (isLeading && !wasLeading) await exchange();
          onStanding(keeper.standing());
          await exchange();
          await prune();
        } catch (thrown) {
          const before = fault;
          fault = messageOf(thrown);
          if (fault !== before && !(thrown instanceof LedgerUnreachable)) say(`The ledger: ${fault}`);
          keeper.failed(fault);
          onStanding(keeper.standing());
        }
      };
      next = () => {
        isTurning = true;
        isHurried = false;
        turning = turn()
          .catch((thrown) => say(`The ledger: ${messageOf(thrown)}`))
          .finally(() => {
            isTurning = false;
            if (isStarted) timer = setTimeout(next, isHurried ? 0 : everyMs);
          });
      };
      isStarted = true;
      next();
      return turning;
    },
    hurry() {
      isHurried = true;
      if (isTurning) return;
      clearTimeout(timer);
      next();
    },
    begin: (rollback, leaderFence) =>
      beginRollback(database, { ...rollback, deployment }, { leaderFence, holder, leaseMs }),
    take: (rollback) => takeRollback(database, rollback, { holder, leaseMs }),
    renew: (hold) => renewRollback(database, hold, leaseMs),
    async beginStep(hold, run, step) {
      // Whoever takes over must know the run before anything of it acts.
      await push(history, database, deployment);
      await beginSharedStep(database, hold, { run, step, leaseMs });
    },
    async close() {
      isStarted = false;
      clearTimeout(timer);
      await turning;
      // What was told last, for who leads next.
      if (isLeading && fault === undefined) await exchange().catch(() => {});
      if (isLeading) await giveUpLease(database, request).catch(() => {});
      await database.close().catch(() => {});
    },
  };
}
