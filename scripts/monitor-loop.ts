import { startEmbeddedGenesis } from '../fixtures/genesis/embedded.ts';
import { accessOf, useAccess } from '../src/clients/index.ts';
import {
  type ConfigSource,
  commandAsStarted,
  givenSecret,
  type LoadedConfig,
  type Started,
  type VigilConfig,
} from '../src/core/index.ts';
import type { HistoryReader, Verdict } from '../src/history/index.ts';
import {
  type LoopOptions,
  type LoopSurroundings,
  runLoop,
  runReloading,
  stalledMs,
  type WatchedDeployment,
} from '../src/monitor/index.ts';
import {
  agreementOf,
  automaticRollback,
  explainedBefore,
  gateExtension,
  gateSetup,
  quorumStoreOf,
  rollbackAdvice,
  rollbackAnswer,
  rollbackRuns,
  shadowRollbacks,
  tellRelease,
} from '../src/release/index.ts';
import { criteriaOf } from '../src/suite/index.ts';
import {
  type DeploymentRow,
  deploymentRow,
  openPage,
  openRollout,
  type PageSource,
  traceUrlOf,
} from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { packageVersion } from './package-root.ts';
import { suiteOf, suitePlaceOf } from './suite-of.ts';

export interface LoopArguments
  extends Pick<
    LoopOptions,
    | 'config'
    | 'folder'
    | 'intervalMs'
    | 'durationMs'
    | 'thenIntervalMs'
    | 'isSingle'
    | 'host'
    | 'port'
    | 'signal'
    | 'say'
    | 'onCycle'
    | 'mount'
    | 'inTurn'
  > {
  /** Of the configuration. */
  source: ConfigSource;
  /** How this process was started. */
  started: Started;
  /** Told when the watch has begun. */
  onWatched?(watched: WatchedDeployment<DeploymentRow>): void;
}

/** By what the gate decides; its criteria as they are when somebody asks: a suite's files may have changed since the start. */
const setupOf = (
  config: VigilConfig,
  targetId: string,
  suite: LoopOptions['suite'],
  leadership: LoopSurroundings['leadership'],
) => ({
  ...gateSetup(config, targetId),
  get criteria() {
    return criteriaOf(config, suite);
  },
  get ledger() {
    return leadership && { fault: leadership.ledger.fault() };
  },
});

/** What a rollback is judged by. */
interface Watched {
  config: VigilConfig;
  history: HistoryReader;
  explained: ReturnType<typeof explainedBefore>;
}

/** What the page says of rollbacks. */
const rollbackFacts = (
  { config, history, explained }: Watched,
  advice: ReturnType<typeof rollbackAdvice>,
) => ({
  isRollbackConfigured: config.rollback !== undefined,
  rollbackAdvice: advice,
  rollbackExplained: explained,
  rollbackRuns: (fromMs: number, toMs: number) => rollbackRuns(history, fromMs, toMs),
  shadowRollbacks: (fromMs: number, toMs: number) => shadowRollbacks(history, fromMs, toMs),
});

/** The gate and the page on the port of the loop, and the rollback. */
function additionsTo(
  { config, source, durationMs, folder, mount, onWatched, started }: LoopArguments,
  suite: LoopOptions['suite'],
  { history, unrecorded, leadership, targetId, redactor, queue, say }: LoopSurroundings,
): ReturnType<LoopOptions['additions']> {
  const setup = setupOf(config, targetId, suite, leadership);
  const explained = explainedBefore(history, setup);
  // Several Vigils decide together, by what all of them show in the store.
  const store = quorumStoreOf(config);
  const watched = { config, source, history, explained, agreement: agreementOf(config) };
  const token = config.server.token && givenSecret(config.server.token, 'server.token', redactor);
  // One of several stands below /d/NAME/.
  const page = openPage({ changes: { history, token }, overview: mount && '../../' });
  const ownCommand = commandAsStarted(started);
  const rollout = openRollout(history, setup, store);
  const advice = rollbackAdvice(config, history, explained, unrecorded);
  const roll = automaticRollback({ ...watched, unrecorded, leadership, tell: queue, say });
  const notifyRelease = tellRelease({ history, setup, rollout, ownCommand, queue, say });
  return {
    extensions: [gateExtension({ history, setup, store, now: Date.now, token }), page.extension],
    headline: page.headline,
    rollbackAdvice: advice,
    rollbackAnswer: rollbackAnswer(config, history),
    onEvaluated: (state) => {
      roll(state);
      // Of several Vigils one tells.
      if (leadership?.tells() ?? true) notifyRelease(Date.now());
    },
    onOpened: (watch) => {
      const { rules, table, naming, status, lastTickMs, startedMs } = watch;
      const source: PageSource = {
        name: config.name,
        history,
        table,
        rules,
        naming,
        catalogue: suite.catalogue,
        status,
        lastTickMs,
        sampleMs: config.sampleInterval,
        endsMs: durationMs === undefined ? undefined : startedMs + durationMs,
        suite: suitePlaceOf(config, folder),
        traceUrl: traceUrlOf(config),
        ownCommand,
        isChangeable: token !== undefined,
        rollout,
        ...rollbackFacts(watched, advice),
      };
      page.show(source);
      onWatched?.({
        warn: watch.warn,
        families: watch.families,
        isTurning: () => watch.sinceTickMs() < stalledMs(config),
        isReady: () => watch.status().last !== undefined,
        row: (nowMs) => deploymentRow(source, nowMs),
      });
    },
  };
}

/** Who starts one cycle at a time isn't there to see how a rollback ends: it is asked for, and begun by a person. */
const withoutAutomaticRollback = (config: VigilConfig): VigilConfig => ({
  ...config,
  rollback: config.rollback && { ...config.rollback, automatic: false },
});

/** Watches one deployment, or runs one cycle of that, until its time is over or it is told to end. */
export function watchLoop(asked: LoopArguments): Promise<Verdict> {
  const given = asked.isSingle ? { ...asked, config: withoutAutomaticRollback(asked.config) } : asked;
  const { config, folder } = given;
  // Not when it was read: what is refused then changes nothing.
  useAccess(accessOf(config));
  const suite = suiteOf(config, folder);
  return runLoop({
    ...given,
    suite,
    version: packageVersion,
    startEmbedded: startEmbeddedGenesis,
    additions: (surroundings) => additionsTo(given, suite, surroundings),
    // Loaded only then: a watch of two days needs it once.
    onEnd: async (say) => (await import('./final-report.ts')).writeFinalReport(config, say),
  });
}

/** `vigil monitor --notify`: returns the exit code of the verdict on its cycle. */
export async function monitorSlot(given: LoopArguments): Promise<number> {
  return exitCodes[await watchLoop(given)];
}

type Times = Pick<LoopArguments, 'intervalMs' | 'durationMs' | 'thenIntervalMs'>;

/** What is left of the time of a watch, and how often it looks; once it is over, what follows it. */
function timesLeft({ intervalMs, durationMs, thenIntervalMs }: Times, goneMs: number): Times {
  if (durationMs === undefined) return { intervalMs, durationMs, thenIntervalMs };
  const isOver = goneMs >= durationMs;
  if (isOver && thenIntervalMs !== undefined)
    return { intervalMs: thenIntervalMs, durationMs: undefined, thenIntervalMs: undefined };
  return { intervalMs, durationMs: isOver ? 0 : durationMs - goneMs, thenIntervalMs };
}

/** One deployment, watched by its configuration as it is whenever somebody asks to read it again. */
export interface ReloadedLoop
  extends Pick<
    LoopArguments,
    'durationMs' | 'thenIntervalMs' | 'host' | 'port' | 'signal' | 'say' | 'started'
  > {
  loaded: LoadedConfig;
  /** Instead of that of the configuration. */
  intervalMs: number | undefined;
  /** Reads the configuration again, as often as the version grows. @throws VigilError for what can't be used */
  load(version: number): Promise<LoadedConfig>;
}

/** `vigil monitor --loop`: returns the exit code of the verdict on the watch. SIGHUP reads the configuration again. */
export async function monitorLoop({ loaded, load, intervalMs, ...rest }: ReloadedLoop): Promise<number> {
  const beganMs = performance.now();
  const verdict = await runReloading({
    ...rest,
    loaded,
    load,
    onReload: onHangUp,
    start(current, started) {
      const { config, folder } = current;
      const times = { ...rest, intervalMs: intervalMs ?? config.interval };
      const goneSeconds = Math.floor((performance.now() - beganMs) / 1000);
      return watchLoop({
        ...rest,
        ...timesLeft(times, 1000 * goneSeconds),
        ...started,
        config,
        folder,
        source: current,
      });
    },
  });
  return exitCodes[verdict];
}

/** Calls back at each SIGHUP, by which a service manager asks to read the configuration again; returns how to end that. */
export function onHangUp(reload: () => void): () => void {
  process.on('SIGHUP', reload);
  return () => process.off('SIGHUP', reload);
}
