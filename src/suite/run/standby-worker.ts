import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as VitestNode from 'vitest/node';
import type { PoolOptions, PoolWorker, Vitest } from 'vitest/node';
import type { WorkerShape } from './standby.ts';

const entryFile = fileURLToPath(
  new URL(`./standby-worker-entry${path.extname(import.meta.url)}`, import.meta.url),
);

/** The worker's environment beyond this process's own, so that it can be compared and made again. */
function shapeOf(
  { execArgv, env }: Pick<PoolOptions, 'execArgv' | 'env'>,
  own: NodeJS.ProcessEnv,
): WorkerShape {
  const added = Object.entries(env).filter(([name, value]) => value !== undefined && own[name] !== value);
  return { execArgv: [...execArgv], env: Object.fromEntries(added) as Record<string, string> };
}

interface Parking {
  /** The worker of an earlier run; without it there is nothing to start yet. */
  ahead: WorkerShape | undefined;
  /** This process's own environment. */
  own: NodeJS.ProcessEnv;
  /** Told how Vitest asks for its worker. */
  learn: (shape: WorkerShape) => void;
}

/**
 * Starts a worker of that shape and gives it to the first file if it is exactly what Vitest asks for; whatever else is
 * asked for is started fresh. Returns what ends a worker that nobody took.
 */
export function parkWorker(
  vitest: Vitest,
  { ForksPoolWorker }: Pick<typeof VitestNode, 'ForksPoolWorker'>,
  { ahead, own, learn }: Parking,
): () => Promise<void> {
  const project = vitest.getRootProject();
  if (project.config.pool !== 'forks' || vitest.projects.length !== 1) return async () => undefined;
  /** A worker that is started before there is anything to run. */
  class ParkedWorker extends ForksPoolWorker {
    protected override readonly entrypoint = entryFile;
    #started: Promise<void> | undefined;
    override start(): Promise<void> {
      this.#started ??= super.start();
      return this.#started;
    }
  }
  let parked: { worker: PoolWorker; shape: string } | undefined;
  if (ahead) {
    const { execArgv, env } = ahead;
    const worker = new ParkedWorker({
      distPath: vitest.distPath,
      project,
      execArgv,
      env: { ...own, ...env },
    } as PoolOptions);
    const shape = JSON.stringify(ahead);
    void worker.start().then(() => {
      worker.on('exit', () => {
        parked = undefined; // it died while it waited: whoever asks gets a fresh one
      });
    });
    parked = { worker, shape };
  }
  project.config.pool = 'parked';
  project.config.poolRunner = {
    name: 'parked',
    createPoolWorker(options) {
      const shape = shapeOf(options, own);
      learn(shape);
      const taken = parked?.shape === JSON.stringify(shape) ? parked.worker : undefined;
      parked = undefined;
      return taken ?? new ForksPoolWorker(options);
    },
  };
  return async () => parked?.worker.stop();
}
