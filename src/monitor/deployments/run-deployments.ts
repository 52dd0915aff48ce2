import { availableParallelism } from 'node:os';
import {
  type DeploymentToLoad,
  formatDuration,
  type LoadedConfig,
  type LoadedDeployments,
} from '../../core/index.ts';
import type { Verdict } from '../../history/index.ts';
import { realClock } from '../loop/clock.ts';
import type { InTurn } from '../loop/loop-options.ts';
import type { Readers } from '../loop/port-token.ts';
import type { Extension, Mount } from '../loop/serve.ts';
import type { DeploymentState, WatchedDeployment } from './deployment-state.ts';
import { openFront } from './front.ts';
import { oneLineReason, refusedLine } from './run-reloading.ts';
import { takeTurns } from './turns.ts';
import { watchFiles } from './watch-files.ts';

/** What one deployment is started with. */
export interface DeploymentStart<Row> {
  signal: AbortSignal;
  say(line: string): void;
  mount: Mount;
  inTurn: InTurn;
  onWatched(watched: WatchedDeployment<Row>): void;
}

export interface DeploymentsOptions<Row> {
  host: string;
  port: number;
  signal: AbortSignal;
  say(line: string): void;
  /** Reads the configuration; another version reads it again. @throws VigilError for what can't be read */
  load(version: number): Promise<LoadedDeployments>;
  /** The names by which the port may be asked, of one deployment. */
  namesOf(one: LoadedConfig): readonly string[];
  /** Who may read what is served of one deployment; everybody where that is not said. */
  readersOf(one: LoadedConfig): Readers | undefined;
  /** Watches one deployment until its signal comes. */
  start(one: LoadedConfig, given: DeploymentStart<Row>): Promise<Verdict>;
  /** Adds the overview to the port. */
  overview(states: () => readonly DeploymentState<Row>[], refused: () => string | undefined): Extension;
  /** Calls back when somebody asks to read the configuration again; returns how to end that. */
  onReload(reload: () => void): () => void;
}

interface Running<Row> {
  state: DeploymentState<Row>;
  /** The configuration that it runs with. */
  config: string;
  stop: AbortController;
  done: Promise<Verdict | undefined>;
}

/** How long until a deployment that could not be watched is tried again. */
const againMs = 60_000;

/** The first cycles are spread over this time at most, and with them all that follow. */
const spreadMs = 30_000;

const verdicts = ['fail', 'inconclusive', 'pass'] as const;

/** Watches one deployment; what ends it early costs the others nothing, and it is tried again. */
async function watchOne<Row>(
  one: LoadedConfig,
  delayMs: number,
  { state, stop: { signal } }: Pick<Running<Row>, 'state' | 'stop'>,
  options: DeploymentsOptions<Row>,
  given: Pick<DeploymentStart<Row>, 'mount' | 'inTurn'>,
): Promise<Verdict | undefined> {
  const say = (line: string) => options.say(`[${state.name}] ${line}`);
  let waitMs = delayMs;
  while (!signal.aborted) {
    await realClock.wait(waitMs, signal);
    if (signal.aborted) return undefined;
    try {
      const verdict = await options.start(one, {
        ...given,
        signal,
        say,
        onWatched: (watched) => Object.assign(state, { state: 'watched', reason: undefined, watched }),
      });
      Object.assign(state, { state: 'not watched', reason: `ended: ${verdict}`, watched: undefined });
      return verdict;
    } catch (thrown) {
      const reason = oneLineReason(thrown);
      Object.assign(state, { state: 'not watched', reason, watched: undefined });
      say(`not watched: ${reason}; tried again in ${formatDuration(againMs)}`);
      waitMs = againMs;
    }
  }
  return undefined;
}

/** Waits until each watch has ended by itself, those too that a reload begins meanwhile. */
async function allEnded(ended: readonly Promise<unknown>[], reloading: () => Promise<void>): Promise<void> {
  for (let seen = 0; seen < ended.length; ) {
    seen = ended.length;
    await Promise.all(ended);
    await reloading();
  }
}

/** Who may read the overview: who may read any deployment, where one of them says who. */
function readersOfAll(all: readonly (Readers | undefined)[]): Readers | undefined {
  const said = all.filter((readers) => readers !== undefined);
  if (said.length === 0) return undefined;
  return {
    tokens: said.flatMap(({ tokens }) => tokens),
    isMetricsOpen: said.every(({ isMetricsOpen }) => isMetricsOpen),
  };
}

/** Watches several deployments in one process until the signal comes; returns the worst verdict of those that were watched last. */
export async function runDeployments<Row>(options: DeploymentsOptions<Row>): Promise<Verdict> {
  const { say, signal } = options;
  const first = await options.load(0);
  // With none that could be watched this is a mistake, and nothing to wait for.
  const [fault] = first.deployments.flatMap((one) => one.fault ?? []);
  if (fault && first.deployments.every((one) => one.fault)) throw fault;
  const inTurn = takeTurns(first.concurrency ?? availableParallelism());
  const running = new Map<string, Running<Row>>();
  const ended: Promise<Verdict | undefined>[] = [];
  let refused: string | undefined;
  const states = () => [...running.values()].map(({ state }) => state);
  const extension = options.overview(states, () => refused);
  const names = first.deployments.flatMap(({ loaded }) => (loaded ? options.namesOf(loaded) : []));
  const readers = readersOfAll(
    first.deployments.flatMap(({ loaded }) => (loaded ? options.readersOf(loaded) : [])),
  );
  const { host, port } = options;
  const front = await openFront({ host, port, names, readers, extension }, states);

  const begin = ({ name, loaded, fault }: DeploymentToLoad, delayMs: number) => {
    const stop = new AbortController();
    const state: DeploymentState<Row> = { name, state: 'starting' };
    if (!loaded) {
      const reason = oneLineReason(fault);
      Object.assign(state, { state: 'not watched', reason });
      say(`[${name}] not watched: ${reason}`);
    }
    const given = { mount: front.mountOf(name), inTurn };
    const done = loaded
      ? watchOne(loaded, delayMs, { state, stop }, options, given)
      : Promise.resolve<Verdict>('inconclusive');
    ended.push(done);
    running.set(name, { state, stop, done, config: JSON.stringify(loaded?.config) });
  };
  const end = async (name: string) => {
    const one = running.get(name);
    one?.stop.abort();
    await one?.done;
    running.delete(name);
  };

  /** Takes over what the files say now: all of it, or nothing. */
  const reload = async (version: number) => {
    let next: LoadedDeployments;
    try {
      next = await options.load(version);
      const faulty = next.deployments.find((one) => one.fault);
      if (faulty) throw faulty.fault;
    } catch (thrown) {
      refused = oneLineReason(thrown);
      say(refusedLine(refused));
      return;
    }
    refused = undefined;
    const isSame = ({ name, loaded }: DeploymentToLoad) =>
      running.get(name)?.config === JSON.stringify(loaded?.config);
    const changed = next.deployments.filter((one) => !isSame(one));
    const gone = [...running.keys()].filter((name) => next.deployments.every((one) => one.name !== name));
    await Promise.all([...gone, ...changed.map(({ name }) => name)].map(end));
    if (signal.aborted) return;
    for (const one of changed) begin(one, 0);
    const changes = [
      ...changed.map(({ name }) => `${name} (re)started`),
      ...gone.map((name) => `${name} ended`),
    ];
    say(`the configuration was read again: ${changes.join(', ') || 'nothing has changed'}`);
  };

  let version = 0;
  let reloading = Promise.resolve();
  const askReload = () => {
    version += 1;
    const asked = version;
    reloading = reloading.then(() => reload(asked));
  };
  const stopAsking = options.onReload(askReload);
  const stopWatching = watchFiles(first.files, askReload);
  say(`Serving ${front.url}: ${first.deployments.length} deployments`);
  const { length } = first.deployments;
  first.deployments.forEach((one, index) => {
    begin(one, (index * Math.min(spreadMs, one.loaded?.config.interval ?? 0)) / length);
  });
  try {
    const asked = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([asked, allEnded(ended, () => reloading)]);
  } finally {
    stopAsking();
    stopWatching();
    await reloading;
    for (const { stop } of running.values()) stop.abort();
    await Promise.allSettled(ended);
    await front.close();
  }
  // What a reload ended, or began anew, is no longer of what is watched.
  const reached = await Promise.all([...running.values()].map(({ done }) => done));
  return verdicts.find((verdict) => reached.includes(verdict)) ?? 'inconclusive';
}
