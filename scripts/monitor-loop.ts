import { startEmbeddedGenesis } from '../fixtures/genesis/embedded.ts';
import {
  enqueue,
  type NotificationEvent,
  openDelivery,
  sentinelChannel,
  startReceiptReceiver,
} from '../src/alerts/index.ts';
import {
  formatDuration,
  givenSecret,
  hostsOf,
  messageOf,
  printable,
  redactorOf,
  telemetrySettings,
  type VigilConfig,
} from '../src/core/index.ts';
import { historyFile, openLastingHistory } from '../src/history/index.ts';
import {
  type Extension,
  openCycleStandby,
  openWatch,
  realClock,
  recordCycle,
  runCycle,
  scrapeAll,
  serve,
  startTelemetry,
  takeLock,
  type Watch,
  watchVerdict,
} from '../src/monitor/index.ts';
import { gateExtension, gateSetup, rollbackRuns } from '../src/release/index.ts';
import { openHarness } from '../src/suite/index.ts';
import { openPage, openRollout, type PageSource } from '../src/views/index.ts';
import { automaticRollback, rollbackAdvice } from './automatic-rollback.ts';
import { exitCodes } from './exit-codes.ts';
import { packageVersion } from './package-root.ts';
import { served, starting } from './served.ts';
import { suiteOf } from './suite-of.ts';

export interface LoopArguments {
  config: VigilConfig;
  folder: string;
  configFile: string | undefined;
  intervalMs: number;
  durationMs: number | undefined;
  /** Goes on after the duration at this interval; ends without it. */
  thenIntervalMs: number | undefined;
  host: string;
  port: number;
  signal: AbortSignal;
  say(line: string): void;
}

/** What the live page is made from. */
function pageSource(
  watch: Watch,
  { config, durationMs }: LoopArguments,
  catalogue: ReturnType<typeof suiteOf>['catalogue'],
): Omit<PageSource, 'history'> {
  const { rules, table, naming } = watch;
  return {
    name: config.name,
    table,
    rules,
    naming,
    catalogue,
    status: watch.status,
    lastTickMs: watch.lastTickMs,
    sampleMs: config.sampleInterval,
    ...(durationMs !== undefined && { endsMs: watch.startedMs + durationMs }),
  };
}

/** How many of the last cycle's failures the deployment brought, and how many it did not. */
function attribution({ last, isKnown }: ReturnType<Watch['status']>): string {
  const failing = (last?.outcomes ?? []).filter(({ outcome }) => outcome === 'fail');
  if (failing.length === 0) return '';
  const known = failing.filter(isKnown).length;
  return ` (${failing.length - known} new failures, ${known} known before the deployment)`;
}

/** Runs the watch until its time is over or it is told to end; returns the exit code of its verdict. */
export async function runLoop(given: LoopArguments): Promise<number> {
  const { config, signal } = given;
  const { redact } = redactorOf(config);
  // A line of ours is one line, whatever others wrote into it, and tells no secret.
  const say = (line: string) => given.say(printable(redact(line)).replaceAll('\n', ' '));
  const exporting = telemetrySettings();
  const lock = takeLock(config.reports, new Date());
  /** Everything that is told to end at once when the watch does, and then what they all stand on. */
  const closers: (() => unknown)[] = [];
  let closeHistory = () => {};
  try {
    let watch: Watch | undefined;
    const history = openLastingHistory({
      redact,
      file: historyFile(config.reports),
      retentionMs: config.retention,
      onWarning: (text) => (watch ? watch.warn(text) : say(text)),
      onRenewed() {
        delivery?.reopen();
        watch?.evidenceRenewed();
      },
    });
    closeHistory = () => history.close();
    let delivery: ReturnType<typeof openDelivery> | undefined;
    for (const slot of history.killedSlots)
      say(`the cycle of ${new Date(slot).toISOString()} was cut off by a kill: recorded as missed`);
    say(
      config.target
        ? `Watching ${config.target.orchestration}`
        : 'Starting the embedded Genesis and its first traffic …',
    );
    const harness = await openHarness(config, startEmbeddedGenesis);
    closers.push(() => harness.close());
    const receiver = await startReceiptReceiver({ now: Date.now });
    closers.push(() => receiver.close());
    delivery = openDelivery({
      config,
      folder: given.folder,
      intervalMs: given.intervalMs,
      receiptUrl: receiver.url,
      say,
      database: () => history.database,
      // Not at once: whoever met the trouble is in the middle of using it.
      onTrouble: () => setImmediate(() => history.check()),
    });
    const { dispatcher, redactor, route } = delivery;
    const telemetry =
      exporting &&
      (await startTelemetry({
        settings: exporting,
        version: packageVersion,
        families: () => watch?.families() ?? [],
        metricsEveryMs: config.sampleInterval,
        redact: (text) => redactor.redact(text),
        say: (text) => (watch ? watch.warn(text) : say(text)),
      }));
    if (telemetry) closers.push(() => telemetry.close());
    const suite = suiteOf(config, given.folder);
    // The port is taken before the watch exists, so that its address can stand in every alert.
    let shown = starting;
    const page = openPage();
    const setup = gateSetup(config, harness.targetId);
    const extensions: Extension[] = [
      gateExtension({
        history,
        setup,
        now: Date.now,
        token: config.server.token && givenSecret(config.server.token, 'server.token', redactor),
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
      { host: given.host, port: given.port, names: hostsOf(config) },
      extensions,
    );
    closers.push(() => server.close());
    const tell = (events: readonly NotificationEvent[]) =>
      history.transaction(() => {
        enqueue(history.database, events, { route, redactor, nowMs: Date.now() });
      });
    const standby = openCycleStandby(config, suite.root);
    closers.push(() => standby?.close());
    watch = openWatch({
      config,
      harness,
      catalogue: suite.catalogue,
      history,
      dispatcher,
      route,
      redactor,
      url: server.url,
      version: packageVersion,
      intervalMs: given.intervalMs,
      fastMs: config.fastInterval,
      sampleMs: config.sampleInterval,
      durationMs: given.durationMs,
      thenIntervalMs: given.thenIntervalMs,
      // Loaded only now: a watch of two days needs it once.
      onEnd: async () => (await import('./final-report.ts')).writeFinalReport(config, say),
      sentinel: { receiver, channel: sentinelChannel, everyMs: config.sentinelInterval, timeoutMs: 30_000 },
      clock: realClock,
      telemetry,
      runCycle: (context, snapshots, cycleSignal) =>
        runCycle({
          config,
          context,
          catalogue: suite.catalogue,
          suiteRoot: suite.root,
          redactor,
          beside: suite.beside,
          snapshots,
          signal: cycleSignal,
          standby,
        }).finally(() => {
          if (!signal.aborted) standby?.prepare();
        }),
      checkEvidence: (isWhole) => void history.check(isWhole),
      scrape: () =>
        scrapeAll(
          harness.target,
          config.metricsPrefix,
          harness.contextFor('').declared.includes('host'),
          signal,
          redactor.redact,
        ),
      keepFiles: (record) =>
        recordCycle(record, config.reports, config.metricsPrefix, () => ({ files: [], warnings: [] }))
          .warnings,
      rollbackAdvice: rollbackAdvice(config, history),
      onEvaluated: automaticRollback({ config, configFile: given.configFile, history, tell, say }),
      say,
      signal,
    });
    shown = served(watch, config, history);
    page.show({
      ...pageSource(watch, given, suite.catalogue),
      history,
      rollout: openRollout(history, setup),
      rollbackAdvice: rollbackAdvice(config, history),
      rollbackRuns: (fromMs, toMs) => rollbackRuns(history, fromMs, toMs),
    });
    dispatcher.start();
    closers.push(() => dispatcher.stop());
    const until = given.durationMs === undefined ? '' : ` for ${formatDuration(given.durationMs)}`;
    const then =
      given.thenIntervalMs === undefined ? '' : `, then every ${formatDuration(given.thenIntervalMs)}`;
    say(`Serving ${server.url}; a cycle every ${formatDuration(given.intervalMs)}${until}${then}`);
    await watch.run();
    const status = watch.status();
    const { coverage } = status;
    say(
      `Ended: ${watchVerdict(status)}${attribution(status)}; ${coverage.observed} of ${coverage.due} slots observed, largest gap ${formatDuration(coverage.largestGapMs)}`,
    );
    return exitCodes[watchVerdict(status)];
  } finally {
    // Side by side, so that all of it is done within the seconds that a service manager waits.
    const closed = await Promise.allSettled(closers.map(async (close) => close()));
    for (const result of closed)
      if (result.status === 'rejected') say(`closing: ${messageOf(result.reason)}`);
    closeHistory();
    lock.release();
  }
}
