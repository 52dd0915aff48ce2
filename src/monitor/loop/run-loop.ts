import {
  createOutboxTables,
  enqueue,
  type NotificationEvent,
  openDelivery,
  openSpareOutbox,
  type SpareOutbox,
  startReceiptReceiver,
} from '../../alerts/index.ts';
import { openWitness, type Witness } from '../../clients/index.ts';
import {
  hostsOf,
  messageOf,
  printable,
  type Redactor,
  redactorOf,
  storeUrlOf,
  type TelemetryAsked,
  telemetryAsked,
} from '../../core/index.ts';
import {
  historyFile,
  type LastingHistory,
  openLastingHistory,
  type SharedLedger,
  type Verdict,
} from '../../history/index.ts';
import { type Harness, openHarness } from '../../suite/index.ts';
import { openCycleStandby } from '../cycle/cycle-standby.ts';
import { countOwnRequests, type OwnRequests } from '../cycle/own-requests.ts';
import { runCycle } from '../cycle/run-cycle.ts';
import { writeCycle } from '../cycle/write-cycle.ts';
import { openExport } from '../telemetry/open-export.ts';
import { realClock } from './clock.ts';
import { takeLock } from './instance-lock.ts';
import { mayDeliver, openLedgerOfLoop, shareSent, takePart } from './leadership.ts';
import { endedLine, noChannelLine, servingLine } from './loop-lines.ts';
import type { InTurn, LoopAdditions, LoopOptions } from './loop-options.ts';
import { readersOf } from './port-token.ts';
import { queryTraffic } from './query-traffic.ts';
import { followRecording } from './recording.ts';
import { scrapeAll, unlessCutOff } from './scrape.ts';
import { serve } from './serve.ts';
import { served } from './served.ts';
import { openWatch } from './watch.ts';
import type { Watch, WatchOptions } from './watch-options.ts';
import { watchVerdict } from './watch-status.ts';

/** A loop while it is opened and runs. */
interface Loop {
  options: LoopOptions;
  /** A line of ours is one line, whatever others wrote into it, and tells no secret. */
  say(line: string): void;
  /** The same, kept among the warnings of the status once there is one. */
  warn(line: string): void;
  watch: Watch | undefined;
  /** Everything that is ended at once when the watch does. */
  closers: (() => unknown)[];
}

/** So many samples of one metric are read within a moment; what a deployment with more shows is unknown. */
const maxPoints = 1_000_000;

function openEvidence(loop: Loop): LastingHistory {
  const { config } = loop.options;
  const history = openLastingHistory({
    redact: redactorOf(config).redact,
    file: historyFile(config.reports),
    retentionMs: config.retention,
    isShared: config.ledger !== undefined,
    maxPoints,
    onWarning: loop.warn,
    onRenewed() {
      createOutboxTables(history.database);
      loop.watch?.evidenceRenewed();
    },
  });
  createOutboxTables(history.database);
  for (const slot of history.killedSlots)
    loop.say(`the cycle of ${new Date(slot).toISOString()} was cut off by a kill: recorded as missed`);
  return history;
}

async function openTarget({ options, say, closers }: Loop): Promise<Harness> {
  const { target } = options.config;
  say(target ? `Watching ${target.orchestration}` : 'Starting the embedded Genesis and its first traffic …');
  const harness = await openHarness(options.config, options.startEmbedded);
  closers.push(() => harness.close());
  return harness;
}

/** The ways out: notifications with the sentinel's receiver, and the export of spans and metrics. */
async function openWaysOut(
  loop: Loop,
  history: LastingHistory,
  outbox: SpareOutbox,
  ledger: SharedLedger | undefined,
  asked: TelemetryAsked | undefined,
) {
  const { options, closers } = loop;
  const { config, folder, intervalMs } = options;
  const receiver = await startReceiptReceiver({ now: Date.now });
  closers.push(() => receiver.close());
  const delivery = openDelivery({
    config,
    folder,
    intervalMs,
    receiptUrl: receiver.url,
    say: loop.say,
    database: outbox.database,
    mayDeliver: (channel) => mayDeliver(ledger?.standing(), channel),
    onSent(event) {
      if (!ledger) return;
      try {
        shareSent(history, event, Date.now());
        ledger.hurry();
      } catch (thrown) {
        loop.warn(`sent notifications could not be shared: ${messageOf(thrown)}`);
      }
    },
    // Not at once: whoever met the trouble is in the middle of using it.
    onTrouble: () => setImmediate(() => history.check().catch((thrown) => loop.warn(messageOf(thrown)))),
  });
  const exporting = await openExport(asked, {
    folder,
    version: options.version,
    families: () => loop.watch?.families() ?? [],
    redact: delivery.redactor.redact,
    say: loop.warn,
  });
  closers.push(() => exporting.telemetry?.close());
  return { receiver, delivery, exporting };
}

async function openPort(
  loop: Loop,
  history: LastingHistory,
  redactor: Redactor,
  { extensions, headline }: Pick<LoopAdditions, 'extensions' | 'headline'>,
): Promise<string> {
  const { config, host, port, mount } = loop.options;
  const content = served(() => loop.watch, config, history, headline);
  const readers = readersOf(config, redactor);
  const server = await serve(content, { host, port, names: hostsOf(config), readers }, extensions, mount);
  loop.closers.push(() => server.close());
  return server.url;
}

/** What both a cycle and a scrape are given. */
interface Looking {
  redactor: Redactor;
  ownRequests: OwnRequests;
  witness: Witness | undefined;
}

/** How a cycle of the loop is run, beside it how the process of the next one waits. */
function cycleRunner(
  { options, closers }: Loop,
  { redactor, ownRequests, witness }: Looking,
): WatchOptions['runCycle'] {
  const { config, suite, signal } = options;
  // Probes alone run in this process.
  const inTurn: InTurn = options.inTurn && !suite.probes ? options.inTurn : (run) => run();
  const standby = options.isSingle ? undefined : openCycleStandby(config, suite.root);
  closers.push(() => standby?.close());
  return async (context, snapshots, cycleSignal) => {
    try {
      return await inTurn(() =>
        runCycle({
          config,
          context,
          catalogue: suite.catalogue,
          suiteRoot: suite.root,
          probeSuite: suite.probeSuite,
          redactor,
          snapshots,
          standby,
          ownRequests,
          witness,
          signal: cycleSignal,
        }),
      );
    } finally {
      if (!signal.aborted) standby?.prepare();
    }
  };
}

/** How the metrics are read: those of every service, and what a store answers about traffic. */
function scraper(
  { options: { config, signal } }: Loop,
  harness: Harness,
  { redactor, ownRequests, witness }: Looking,
): WatchOptions['scrape'] {
  const { rollout, sampleInterval: sampleMs, metricsPrefix, services, liveWindow } = config;
  const knowsHost = harness.contextFor('').declared.includes('host');
  const keep = rollout.canary ? [rollout.canary.label] : [];
  return async () => {
    const scraped = await scrapeAll(
      harness.services,
      harness.target,
      metricsPrefix,
      knowsHost,
      signal,
      redactor.redact,
      { keep, ownRequests, sampleMs },
    );
    const seen = await unlessCutOff(scraped, witness);
    const asked = await queryTraffic(services, {
      url: storeUrlOf(config),
      windowMs: liveWindow,
      job: 'vigil',
      prefix: metricsPrefix,
    });
    return [...seen, ...asked];
  };
}

/** Opens all that a watch stands on, and the watch; nothing is watched yet. */
async function openAll(
  loop: Loop,
  history: LastingHistory,
  asked: TelemetryAsked | undefined,
): Promise<Watch> {
  const { options, say, closers } = loop;
  const { config, suite, signal } = options;
  const harness = await openTarget(loop);
  const ledger = await openLedgerOfLoop({ ...options, history, say });
  closers.push(() => ledger?.close());
  const outbox = openSpareOutbox(() => history.database);
  const recording = followRecording(history.file, realClock);
  const { receiver, delivery, exporting } = await openWaysOut(loop, history, outbox, ledger, asked);
  const { dispatcher, redactor, route, escalate } = delivery;
  const queue = (events: readonly NotificationEvent[]) =>
    history.transaction(() => void enqueue(history.database, events, { route, redactor, nowMs: Date.now() }));
  const leadership = ledger && takePart(ledger, history, delivery, say);
  // A loop finds out meanwhile.
  if (options.isSingle) await leadership?.asked;
  const { targetId } = harness;
  const additions = options.additions({
    history,
    unrecorded: () => recording.trouble()?.reason,
    leadership,
    targetId,
    redactor,
    queue,
    say,
  });
  // The port is taken before the watch exists, so that its address can stand in every alert.
  const url = options.isSingle ? '' : await openPort(loop, history, redactor, additions);
  const ownRequests = countOwnRequests(harness.services);
  closers.push(() => ownRequests.close());
  const witness = config.witness && openWitness(config.witness, Date.now, signal);
  const watch = openWatch({
    ...options,
    ...additions,
    harness,
    history,
    dispatcher,
    outbox,
    recording,
    leadership,
    route,
    escalate,
    redactor,
    telemetry: exporting.telemetry,
    ownRequests,
    say,
    catalogue: suite.catalogue,
    suiteRoot: suite.root,
    url,
    clock: realClock,
    fastMs: config.fastInterval,
    sampleMs: config.sampleInterval,
    sentinel: { receiver, everyMs: config.sentinelInterval, timeoutMs: 30_000 },
    witness,
    runCycle: cycleRunner(loop, { redactor, ownRequests, witness }),
    scrape: scraper(loop, harness, { redactor, ownRequests, witness }),
    checkEvidence: (isWhole) => history.check(isWhole).then(history.lookedForMs),
    keepFiles(record, totals) {
      const { reports, metricsPrefix } = config;
      const written = writeCycle(record, { reports, metricsPrefix, history, totals });
      options.onCycle?.(record, written);
      return written.warnings;
    },
    onEnd: () => options.onEnd(say),
  });
  loop.watch = watch;
  if (exporting.trouble) watch.warn(exporting.trouble);
  additions.onOpened(watch);
  dispatcher.start();
  closers.push(() => dispatcher.stop());
  if (!options.isSingle) say(servingLine(url, options));
  if (config.notifications.channels.length === 0) say(noChannelLine);
  return watch;
}

/** Side by side, so that all of it is done within the seconds that a service manager waits. */
async function closeAll({ closers, say }: Loop): Promise<void> {
  const closed = await Promise.allSettled(closers.map(async (close) => close()));
  for (const result of closed) if (result.status === 'rejected') say(`closing: ${messageOf(result.reason)}`);
}

/** Watches until the time is over or the signal comes; returns the verdict on the watch. */
export async function runLoop(options: LoopOptions): Promise<Verdict> {
  const { config } = options;
  const { redact } = redactorOf(config);
  const say = (line: string) => options.say(printable(redact(line)).replaceAll('\n', ' '));
  const warn = (line: string) => (loop.watch ? loop.watch.warn(line) : say(line));
  const loop: Loop = { options, say, warn, watch: undefined, closers: [] };
  const asked = telemetryAsked();
  const lock = takeLock(config.reports, new Date(), say);
  let history: LastingHistory | undefined;
  try {
    history = openEvidence(loop);
    const watch = await openAll(loop, history, asked);
    await watch.run();
    if (options.isSingle) return watch.status().last?.verdict ?? 'inconclusive';
    say(endedLine(watch.status()));
    return watchVerdict(watch.status());
  } finally {
    await closeAll(loop);
    history?.close();
    lock.release();
  }
}
