import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDispatcher,
  createOutboxTables,
  createRouter,
  enqueue,
  type NotificationEvent,
  openChannels,
} from '../../alerts/index.ts';
import {
  lockHolder,
  messageOf,
  redactorOf,
  secretResolver,
  settledWithin,
  type VigilConfig,
  VigilError,
} from '../../core/index.ts';
import {
  type History,
  historyFile,
  loopLockFile,
  openHistory,
  openSharedLedger,
} from '../../history/index.ts';
import { noteUnreached } from './unreached.ts';

/** How long the announcement may wait for its receivers. */
const deliveryMs = 5_000;

/** Which deliveries a rollback has queued: those after the row where it began. */
function openDeliveries({ database }: History) {
  const newest = () => Number(database.prepare('SELECT coalesce(max(id), 0) AS id FROM outbox').get()?.id);
  let last = newest();
  let isQueued = false;
  return {
    queued(events: readonly NotificationEvent[]) {
      isQueued ||= events.length > 0;
    },
    /** Waits a moment until what was queued has reached somebody; returns who that was. */
    async delivered(signal?: AbortSignal): Promise<string> {
      const since = last;
      last = newest();
      if (!isQueued) return 'nothing to send';
      isQueued = false;
      if (last === since) return 'not sent: no channel is configured for it';
      const channels = (status: string) =>
        database
          .prepare('SELECT channel FROM outbox WHERE id > ? AND status = ?')
          .all(since, status)
          .map(({ channel }) => String(channel));
      for (let waitedMs = 0; waitedMs < deliveryMs && !signal?.aborted; waitedMs += 100) {
        if (channels('pending').length === 0) break;
        await sleep(100);
      }
      const pending = channels('pending').length;
      const waiting = pending > 0 ? `; ${pending} still wait in the outbox` : '';
      return `sent through ${[...new Set(channels('sent'))].join(', ') || 'no channel yet'}${waiting}`;
    },
  };
}

/** How long somebody who goes on without the ledger waits for what others wrote there. */
const lookMs = 3000;

const unknownHint =
  'whether another Vigil rolls back now can’t be seen: wait for the ledger, or see for yourself and add --without-ledger --reason TEXT';

/** The ledger that is shared, with what others wrote there read. @throws where it is needed and does not answer */
async function openLedgerFor(history: History, { config, folder, say, needsLedger }: LedgerUse) {
  if (!config.ledger) return undefined;
  const ledger = await openSharedLedger({ config, folder, history: history.forExchange, say });
  const exchanged = ledger.exchange();
  try {
    // Who goes on without the ledger does not wait long for it.
    if (needsLedger || (await settledWithin(exchanged, lookMs))) await exchanged;
    else say(`the ledger did not answer within ${lookMs / 1000} s`);
  } catch (thrown) {
    if (needsLedger) {
      noteUnreached(history, Date.now());
      await ledger.close();
      throw new VigilError('USAGE', messageOf(thrown), { where: 'ledger.postgres', hint: unknownHint });
    }
    say(messageOf(thrown));
  }
  void ledger.start({ leads: false, onStanding: () => {} });
  return ledger;
}

interface LedgerUse {
  config: VigilConfig;
  folder: string;
  say(line: string): void;
  /** Whether nothing may be done while the ledger that is configured is away. */
  needsLedger: boolean;
}

/** The history and the notifications of a rollback; a loop that watches here delivers, otherwise this process does. */
export async function openSession(
  config: VigilConfig,
  folder: string,
  { say, print, needsLedger }: Pick<LedgerUse, 'say' | 'needsLedger'> & { print(line: string): void },
) {
  const history = openHistory({
    redact: redactorOf(config).redact,
    file: historyFile(config.reports),
    retentionMs: config.retention,
    isShared: config.ledger !== undefined,
    onWarning: say,
  });
  const shared = await openLedgerFor(history, { config, folder, say, needsLedger }).catch((thrown) => {
    history.close();
    throw thrown;
  });
  const db = history.database;
  createOutboxTables(db);
  const { channels, redactor } = openChannels(config, { folder, intervalMs: config.interval, print });
  const route = createRouter(channels, config.notifications);
  const isWatched = lockHolder(loopLockFile(config.reports)) !== undefined;
  const own = { database: () => db, channels, redactor, now: Date.now, random: Math.random, onError: say };
  const dispatcher = isWatched ? undefined : createDispatcher(own);
  const deliveries = openDeliveries(history);
  const secret = secretResolver();
  const database = config.rollback?.database;
  // Hidden from all that is told.
  if (database?.engine === 'postgres' && database.password) redactor.register(secret(database.password));
  return {
    history,
    /** By which it is begun and carried out; none where it is configured and somebody goes on without it. */
    ledger: needsLedger ? shared : undefined,
    redactor,
    /** The value behind a reference. */
    secret,
    isWatched,
    /** Queues what is told, in the history. */
    tell(events: readonly NotificationEvent[]) {
      deliveries.queued(events);
      history.transaction(() => void enqueue(db, events, { route, redactor, nowMs: Date.now() }));
      // Only who has something to tell delivers: a look at the plan sends nothing.
      dispatcher?.start();
      dispatcher?.wake();
    },
    delivered: deliveries.delivered,
    async close() {
      if (dispatcher) await dispatcher.stop();
      else await Promise.all(channels.map((channel) => channel.close?.()));
      const waiting = 'what was recorded waits here, and is written when the ledger is back';
      await shared?.exchange().catch((thrown) => say(`${messageOf(thrown)}; ${waiting}`));
      await shared?.close();
      history.close();
    },
  };
}

export type Session = Awaited<ReturnType<typeof openSession>>;
