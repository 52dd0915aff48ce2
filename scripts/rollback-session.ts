import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedGenesis } from '../fixtures/genesis/embedded.ts';
import {
  createDispatcher,
  createOutboxTables,
  createRouter,
  enqueue,
  openChannels,
} from '../src/alerts/index.ts';
import {
  effectiveThresholds,
  lockHolder,
  redactorOf,
  secretResolver,
  type VigilConfig,
} from '../src/core/index.ts';
import { type History, historyFile, loopLockFile, openHistory } from '../src/history/index.ts';
import { type SessionOptions, suiteRunner } from '../src/release/index.ts';
import { openHarness, sharedHarness } from '../src/suite/index.ts';
import { suiteOf } from './suite-of.ts';

/** How long the announcement may wait for its receivers. */
const deliveryMs = 5_000;

/** The files of our own suite by group. */
const files = {
  health: ['health-tests/health.test.ts'],
  metrics: ['health-tests/metrics.test.ts'],
  slo: ['health-tests/slo.test.ts'],
  monitoring: ['health-tests/monitoring.test.ts'],
  rollback: ['health-tests/rollback.test.ts'],
};

/** Rows of the outbox since an id, by what became of them. */
function deliveryOf(history: History, afterId: number): { pending: number; channels: string[] } {
  const rows = history.database.prepare('SELECT channel, status FROM outbox WHERE id > ?').all(afterId);
  return {
    pending: rows.filter(({ status }) => status === 'pending').length,
    channels: [
      ...new Set(rows.filter(({ status }) => status === 'sent').map(({ channel }) => String(channel))),
    ],
  };
}

/** The history and the notifications of a rollback; a loop that watches here delivers, otherwise this process does. */
export function openSession(
  config: VigilConfig,
  folder: string,
  given: { say(line: string): void; print(line: string): void },
) {
  const history = openHistory({
    redact: redactorOf(config).redact,
    file: historyFile(config.reports),
    retentionMs: config.retention,
    onWarning: given.say,
  });
  createOutboxTables(history.database);
  const { channels, redactor } = openChannels(config, {
    folder,
    intervalMs: config.interval,
    print: given.print,
  });
  const secret = secretResolver();
  const database = config.rollback?.database;
  if (database?.engine === 'postgres' && database.password) redactor.register(secret(database.password));
  const route = createRouter(channels, config.notifications.routes);
  const isWatched = lockHolder(loopLockFile(config.reports)) !== undefined;
  const dispatcher = isWatched
    ? undefined
    : createDispatcher({
        db: history.database,
        channels,
        redactor,
        now: Date.now,
        random: Math.random,
        onError: given.say,
      });
  const newest = () =>
    Number(history.database.prepare('SELECT coalesce(max(id), 0) AS id FROM outbox').get()?.id);
  let told = newest();
  let isToTell = false;

  return {
    history,
    redactor,
    secret,
    isWatched,
    tell(events: Parameters<SessionOptions['tell']>[0]) {
      isToTell ||= events.length > 0;
      history.transaction(
        () => void enqueue(history.database, events, { route, redactor, nowMs: Date.now() }),
      );
      // Only who has something to tell delivers: a look at the plan sends nothing.
      dispatcher?.start();
      dispatcher?.wake();
    },
    async delivered(signal?: AbortSignal) {
      const since = told;
      told = newest();
      if (!isToTell) return 'nothing was to tell';
      isToTell = false;
      if (told === since) return 'nobody was told: no channel is configured for it';
      for (let waitedMs = 0; waitedMs < deliveryMs && !signal?.aborted; waitedMs += 100) {
        if (deliveryOf(history, since).pending === 0) break;
        await sleep(100);
      }
      const { pending, channels: reached } = deliveryOf(history, since);
      const waiting = pending > 0 ? `; ${pending} still wait in the outbox` : '';
      return `told through ${reached.join(', ') || 'no channel yet'}${waiting}`;
    },
    async close() {
      if (dispatcher) await dispatcher.stop();
      else await Promise.all(channels.map((channel) => channel.close?.()));
      history.close();
    },
  };
}

export type Session = ReturnType<typeof openSession>;

/** What a rollback runs its suites with. A loop that watches here receives the traces; its receiver is used then. */
export async function openSuites(config: VigilConfig, folder: string, session: Session) {
  const harness = session.isWatched ? sharedHarness(config) : await openHarness(config, startEmbeddedGenesis);
  const suite = suiteOf(config, folder);
  const runSuite: SessionOptions['runSuite'] = (name, own, signal, incident) =>
    suiteRunner({
      config,
      harness,
      history: session.history,
      catalogue: suite.catalogue,
      suiteRoot: suite.root,
      beside: suite.beside,
      redactor: redactorOf(config),
      filesOf: (group) => files[group],
      folder: incident,
    })(name, own, signal);
  return { runSuite, table: effectiveThresholds(config), close: () => harness.close() };
}
