import { existsSync } from 'node:fs';
import path from 'node:path';
import { startEmbeddedGenesis } from '../fixtures/genesis/embedded.ts';
import type { VigilConfig } from '../src/config/index.ts';
import { type KeepEvidence, recordCycle, runCycle } from '../src/cycle/index.ts';
import { formatExposition } from '../src/exposition/index.ts';
import { gateExtension, gateSetup } from '../src/gate/index.ts';
import { openHarness } from '../src/harness/index.ts';
import { openHistory, recordedCycleOf } from '../src/history/index.ts';
import {
  type Extension,
  openWatch,
  realClock,
  type Served,
  scrapeAll,
  serve,
  statusDocument,
  takeLock,
  type Watch,
  watchVerdict,
} from '../src/loop/index.ts';
import {
  createDispatcher,
  createOutboxTables,
  createRouter,
  enqueue,
  type NotificationEvent,
  startReceiptReceiver,
} from '../src/notify/index.ts';
import { openPage, openRollout, type PageSource } from '../src/page/index.ts';
import { rollbackRuns } from '../src/rollback/index.ts';
import { formatDuration } from '../src/units/index.ts';
import { automaticRollback, rollbackAdvice } from './automatic-rollback.ts';
import { exitCodes } from './exit-codes.ts';
import { openChannels } from './open-channels.ts';
import { serverToken } from './server-token.ts';
import { suiteOf } from './suite-of.ts';

export interface LoopArguments {
  config: VigilConfig;
  folder: string;
  configFile: string | undefined;
  intervalMs: number;
  durationMs: number | undefined;
  host: string;
  port: number;
  signal: AbortSignal;
  say(line: string): void;
}

const sentinelChannel = 'sentinel';

/** What the port shows of a watch; all of it read, nothing run. */
function served(watch: Watch, config: VigilConfig, history: ReturnType<typeof openHistory>): Served {
  const stalledMs = 4 * config.sampleInterval;
  return {
    metrics: () => formatExposition(watch.families()),
    health: () => ({
      ok: Date.now() - watch.lastTickMs() < stalledMs + 30_000,
      lastTickMs: watch.lastTickMs(),
    }),
    ready() {
      const { last } = watch.status();
      return last
        ? { ok: true, reason: 'a cycle is recorded' }
        : { ok: false, reason: 'no cycle has ended yet' };
    },
    status: () => statusDocument(watch.status()),
    alerts: () => ({
      open: Object.values(watch.status().alerts.alerts),
      transitions: history.transitions(Date.now() - 48 * 3_600_000, Date.now()),
    }),
    evidence: (sinceMs) => ({
      coverage: history.coverage(sinceMs, Date.now()),
      snapshots: history.snapshots(sinceMs),
    }),
  };
}

/** What the live page is made from. */
function pageSource(
  watch: Watch,
  { config, durationMs }: LoopArguments,
  catalogue: ReturnType<typeof suiteOf>['catalogue'],
): Omit<PageSource, 'history'> {
  const { rules, table, naming } = watch;
  return {
    ...{ name: config.name, table, rules, naming, catalogue },
    ...{ status: watch.status, lastTickMs: watch.lastTickMs, sampleMs: config.sampleInterval },
    ...(durationMs !== undefined && { endsMs: watch.startedMs + durationMs }),
  };
}

/** What is served until the watch exists. */
const starting: Served = {
  metrics: () => '',
  health: () => ({ ok: true, lastTickMs: Date.now() }),
  ready: () => ({ ok: false, reason: 'starting' }),
  status: () => ({}),
  alerts: () => ({}),
  evidence: () => ({}),
};

/** Runs the watch until its time is over or it is told to end; returns the exit code of its verdict. */
export async function runLoop(given: LoopArguments): Promise<number> {
  const { config, say, signal } = given;
  const lock = takeLock(config.reports, new Date());
  const closers: (() => unknown)[] = [() => lock.release()];
  try {
    const history = openHistory({
      file: path.join(config.reports, 'vigil.sqlite'),
      retentionMs: config.retention,
      onWarning: say,
    });
    closers.push(() => history.close());
    for (const slot of history.killedSlots)
      say(`the cycle of ${new Date(slot).toISOString()} was cut off by a kill: recorded as missed`);
    createOutboxTables(history.database);
    say(
      config.target
        ? `Watching ${config.target.orchestration}`
        : 'Starting the embedded Genesis and its first traffic …',
    );
    const harness = await openHarness(config, startEmbeddedGenesis);
    closers.push(() => harness.close());
    const receiver = await startReceiptReceiver({ now: Date.now });
    closers.push(() => receiver.close());
    const { channels, redactor } = openChannels(
      config,
      { folder: given.folder, intervalMs: given.intervalMs, print: say },
      [{ type: 'webhook', name: sentinelChannel, url: receiver.url, timeout: 10_000 }],
    );
    // The sentinel's own channel carries nothing else.
    const routed = createRouter(
      channels.filter(({ name }) => name !== sentinelChannel),
      config.notifications.routes,
    );
    const route: typeof routed = (event) =>
      event.kind === 'alert' && event.only?.includes(sentinelChannel) ? [sentinelChannel] : routed(event);
    const dispatcher = createDispatcher({
      db: history.database,
      channels,
      redactor,
      now: Date.now,
      random: Math.random,
      onError: say,
    });
    const suite = suiteOf(config, given.folder);
    // The port is taken before the watch exists, so that its address can stand in every alert.
    let shown = starting;
    const page = openPage();
    const setup = gateSetup(config, harness.targetId);
    const extensions: Extension[] = [
      gateExtension({
        ...{ history, setup, now: Date.now },
        token: serverToken(config, redactor),
      }),
      page.extension,
    ];
    const server = await serve(
      {
        metrics: () => shown.metrics(),
        health: () => shown.health(),
        ready: () => shown.ready(),
        status: () => shown.status(),
        alerts: () => shown.alerts(),
        evidence: (sinceMs) => shown.evidence(sinceMs),
      },
      { host: given.host, port: given.port },
      extensions,
    );
    closers.push(() => server.close());
    const tell = (events: readonly NotificationEvent[]) =>
      history.transaction(() => {
        enqueue(history.database, events, { route, redactor, nowMs: Date.now() });
      });
    const watch = openWatch({
      config,
      harness,
      catalogue: suite.catalogue,
      history,
      dispatcher,
      route,
      redactor,
      url: server.url,
      intervalMs: given.intervalMs,
      fastMs: config.fastInterval,
      sampleMs: config.sampleInterval,
      durationMs: given.durationMs,
      sentinel: { receiver, channel: sentinelChannel, everyMs: config.sentinelInterval, timeoutMs: 30_000 },
      clock: realClock,
      runCycle: (context, snapshots, cycleSignal) =>
        runCycle({
          config,
          context,
          catalogue: suite.catalogue,
          suiteRoot: suite.root,
          snapshots,
          signal: cycleSignal,
        }),
      scrape: () =>
        scrapeAll(harness.target, config.metricsPrefix, harness.contextFor('').declared.includes('host')),
      keepFiles: (record) =>
        recordCycle(record, config.reports, config.metricsPrefix, () => ({ files: [], warnings: [] }))
          .warnings,
      rollbackAdvice: rollbackAdvice(config),
      onEvaluated: automaticRollback({ config, configFile: given.configFile, history, tell, say }),
      say,
      signal,
    });
    shown = served(watch, config, history);
    page.show({
      ...pageSource(watch, given, suite.catalogue),
      ...{ history, rollout: openRollout(history, setup) },
      rollbackAdvice: rollbackAdvice(config),
      rollbackRuns: (fromMs, toMs) => rollbackRuns(history, fromMs, toMs),
    });
    dispatcher.start();
    closers.push(() => dispatcher.stop());
    const until = given.durationMs === undefined ? '' : ` for ${formatDuration(given.durationMs)}`;
    say(`Serving ${server.url}; a cycle every ${formatDuration(given.intervalMs)}${until}`);
    await watch.run();
    const status = watch.status();
    const { coverage } = status;
    say(
      `Ended: ${watchVerdict(status)}; ${coverage.observed} of ${coverage.due} slots observed, largest gap ${formatDuration(coverage.largestGapMs)}`,
    );
    return exitCodes[watchVerdict(status)];
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Whether a loop has ever watched here: then its history is where evidence belongs. */
export const hasHistory = (reports: string): boolean => existsSync(path.join(reports, 'vigil.sqlite'));

/** Keeps a single cycle in the history that a loop began; the JSON files are derived from it as the loop does. */
export function keepInHistory(config: VigilConfig): KeepEvidence {
  return (record, reports) => {
    const warnings: string[] = [];
    const file = path.join(reports, 'vigil.sqlite');
    const history = openHistory({
      file,
      retentionMs: config.retention,
      onWarning: (text) => void warnings.push(text),
    });
    try {
      history.recordCycle(recordedCycleOf(record, record.startedAt.getTime()));
      history.deriveFiles(reports);
      return {
        files: ['metrics_snapshot.json', 'alerts_triggered.json'].map((name) => path.join(reports, name)),
        warnings,
      };
    } finally {
      history.close();
    }
  };
}
