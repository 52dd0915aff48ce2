import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type * as VitestNode from 'vitest/node';
import type { PoolOptions, PoolWorker, Vitest } from 'vitest/node';
import { modifiedMs, type StandbySettings, type StandbyState, type WorkerShape } from './standby-state.ts';

const settings = JSON.parse(process.argv[2] ?? '') as StandbySettings;
const { createVitest, parseCLI, ForksPoolWorker } = (await import(settings.vitest)) as typeof VitestNode;

/** The worker's environment beyond this process's own, so that it can be compared and made again. */
function shapeOf({ execArgv, env }: Pick<PoolOptions, 'execArgv' | 'env'>): WorkerShape {
  const added = Object.entries(env).filter(
    ([name, value]) => value !== undefined && process.env[name] !== value,
  );
  return { execArgv: [...execArgv], env: Object.fromEntries(added) as Record<string, string> };
}

/** A worker that may have been started before there was anything to run. */
class ParkedWorker extends ForksPoolWorker {
  #started: Promise<void> | undefined;
  override start(): Promise<void> {
    this.#started ??= super.start();
    return this.#started;
  }
}

/**
 * Gives the first file the parked worker if it is exactly what Vitest asks for; whatever else is asked for is started
 * fresh. Returns what ends a worker that nobody took.
 */
function parkWorker(vitest: Vitest, learn: (shape: WorkerShape) => void): () => Promise<void> {
  const project = vitest.getRootProject();
  if (project.config.pool !== 'forks' || vitest.projects.length !== 1) return async () => undefined;
  let parked: { worker: PoolWorker; shape: string } | undefined;
  if (settings.worker) {
    const { execArgv, env } = settings.worker;
    const worker = new ParkedWorker({
      distPath: vitest.distPath,
      project,
      execArgv,
      env: { ...process.env, ...env },
    } as PoolOptions);
    void worker.start();
    parked = { worker, shape: JSON.stringify(settings.worker) };
  }
  project.config.pool = 'parked';
  project.config.poolRunner = {
    name: 'parked',
    createPoolWorker(options) {
      const shape = shapeOf(options);
      learn(shape);
      const taken = parked?.shape === JSON.stringify(shape) ? parked.worker : undefined;
      parked = undefined;
      return taken ?? new ParkedWorker(options);
    },
  };
  return async () => parked?.worker.stop();
}

/** What Vitest read to get here: the configuration, what it imports, and the manifest of the suite. */
function filesRead(vitest: Vitest): StandbyState {
  const { configFile, configFileDependencies, root } = vitest.vite.config;
  const packages = [`${root}/package.json`, `${root}/node_modules/.package-lock.json`];
  const files = new Set([...(configFile ? [configFile] : []), ...configFileDependencies, ...packages]);
  return { files: [...files].map((path) => ({ path, modifiedMs: modifiedMs(path) })) };
}

const { filter, options } = parseCLI(['vitest', 'run', ...settings.argv]);
process.env.TEST = 'true';
process.env.VITEST = 'true';
process.env.NODE_ENV ??= 'test';
const vitest = await createVitest('test', { ...options, run: true, watch: false });
const endParked = parkWorker(vitest, (shape) => writeFileSync(settings.workerFile, JSON.stringify(shape)));
writeFileSync(settings.readyFile, JSON.stringify(filesRead(vitest)));
// The word is a line; the end of the input means that whoever would have said it is gone.
const [word] = await Promise.race([once(process.stdin, 'data'), once(process.stdin, 'end').then(() => [])]);
process.stdin.destroy();
if (word) {
  try {
    await vitest.start(filter);
  } catch (thrown) {
    process.exitCode = 1;
    vitest.logger.error(String(thrown));
  }
}
await Promise.all([vitest.close(), endParked()]);
