import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { deploymentLabel, messageOf, settledWithin, type VigilConfig, VigilError } from '../../core/index.ts';
import type { Ask } from '../ask.ts';
import { connectLedger, isForbidden, keptConnections, LedgerUnreachable } from './connect-ledger.ts';
import { pull, push } from './exchange.ts';
import { clockFault, giveUpLease, type LeaseRequest, takeLease } from './lease.ts';
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
import { type LedgerStanding, longestLookMs, standingKeeper } from './standing.ts';
import { openTurns } from './turns.ts';

export type { LedgerStanding } from './standing.ts';

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
  /** Writes down that a step begins; returns when the lease on the rollback was renewed, by `performance.now()`. */
  beginStep(hold: RollbackHold, run: string, step: string): Promise<number>;
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

/** How long the end of a Vigil waits for a ledger that answers late. */
const closeMs = 3000;

/** Why what others decided may be older than it should be, from how long ago it was read. */
const lateness = (agoMs: number): string | undefined =>
  agoMs > longestLookMs
    ? `PostgreSQL answers too slowly: what other Vigils decided was last read ${Math.round(agoMs / 1000)} s ago`
    : undefined;

/** Since when the ledger is reached without a gap of a lease: others were as cut off from it as this process was. */
function reachKeeper(leaseMs: number) {
  let sinceMs: number | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    reached() {
      const nowMs = performance.now();
      if (sinceMs === undefined || nowMs - lastMs > leaseMs) sinceMs = nowMs;
      lastMs = nowMs;
    },
    /** Whether whoever is silent has had a lease to come back; a process that asks once has no other knowledge. */
    isLong: () => sinceMs === undefined || performance.now() - sinceMs >= leaseMs,
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
  let isLeading = false;
  let hasStoodBack = false;
  /** Why the lease can't be asked for, and why what others wrote can't be read. */
  let leaseFault: string | undefined;
  let readFault: string | undefined = 'the ledger has not answered yet';
  let wrongClock: string | undefined;
  let readMs = performance.now();
  const reach = reachKeeper(leaseMs);

  /** Opens the connections that are kept: each of so many questions at once needs one. */
  const openConnections = () =>
    Promise.all(Array.from({ length: keptConnections }, () => database.ask('SELECT 1')));
  const exchange = async () => {
    await push(history, database, deployment);
    const askedMs = performance.now();
    for (const kind of await pull(history, database, deployment)) {
      if (!unread.has(kind)) say(`The ledger holds entries that this Vigil does not know: ${kind}`);
      unread.add(kind);
    }
    readMs = askedMs;
    await lookElsewhere(history, database, { leaseMs, isSilenceKnown: reach.isLong() });
    const before = wrongClock;
    wrongClock = await clockFault(database);
    if (wrongClock !== undefined && before === undefined) say(`The ledger: ${wrongClock}; correct the clock`);
    readFault = undefined;
  };
  let pruneAtMs = 0;
  /** Takes out what no history keeps any more; a role that may not leaves it. */
  const prune = async () => {
    if (performance.now() < pruneAtMs) return;
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
    reach.reached();
    keeper.heard(leader, askedMs, wallMs);
    isLeading = leader.isOurs;
    renewAtMs = askedMs + (isLeading ? leaseMs / 3 - everyMs / 2 : 0);
  };
  const faultOf = (thrown: unknown, before: string | undefined): string => {
    const fault = messageOf(thrown);
    if (fault !== before && !(thrown instanceof LedgerUnreachable)) say(`The ledger: ${fault}`);
    return fault;
  };

  let onStanding: (standing: LedgerStanding) => void = () => {};
  let standingFault: string | undefined;
  const tellStanding = () => {
    try {
      onStanding(keeper.standing());
      standingFault = undefined;
    } catch (thrown) {
      standingFault = faultOf(thrown, standingFault);
    }
  };
  /** Who leads is asked for beside the exchange: a lease must not run out because a long exchange is slow. */
  const leading = openTurns(async () => {
    try {
      await lead();
      leaseFault = undefined;
    } catch (thrown) {
      leaseFault = faultOf(thrown, leaseFault);
      keeper.failed(leaseFault);
    }
    if (isLeading && keeper.standing().state === 'unsure') exchanging.hurry();
    tellStanding();
  }, everyMs);
  const exchanging = openTurns(async () => {
    // What the leader before has told must be known before anything is told here.
    const fence = keeper.ownFence();
    try {
      if (readFault !== undefined) {
        await openConnections();
        reach.reached();
      }
      await exchange();
      keeper.read(fence);
      tellStanding();
      if (!isLeading) return;
      if (reach.isLong()) await cutOff(database, deployment, leaseMs);
      await prune();
    } catch (thrown) {
      readFault = faultOf(thrown, readFault);
    }
  }, everyMs);
  /** Gives the lease up with what was told last known to who leads next; one that can't be given up runs out. */
  const stepDown = async () => {
    if (!isLeading) return;
    if (readFault === undefined) await exchange().catch(() => {});
    if (leaseFault === undefined) await giveUpLease(database, request).catch(() => {});
  };

  return {
    leaseMs,
    standing: keeper.standing,
    fault: () => leaseFault ?? readFault ?? wrongClock ?? lateness(performance.now() - readMs),
    exchange,
    async start(options) {
      onStanding = options.onStanding;
      if (options.leads) await leading.start();
      await exchanging.start();
    },
    hurry: exchanging.hurry,
    begin: (rollback, leaderFence) =>
      beginRollback(database, { ...rollback, deployment }, { leaderFence, holder, leaseMs }),
    take: (rollback) => takeRollback(database, rollback, { holder, leaseMs }),
    renew: (hold) => renewRollback(database, hold, leaseMs),
    async beginStep(hold, run, step) {
      // Whoever takes over must know the run before anything of it acts.
      await push(history, database, deployment);
      const askedMs = performance.now();
      await beginSharedStep(database, hold, { run, step, leaseMs });
      return askedMs;
    },
    async close() {
      const ending = Promise.all([leading.end(), exchanging.end()]).then(stepDown);
      await settledWithin(ending, closeMs);
      await database.close().catch(() => {});
      await ending;
    },
  };
}
