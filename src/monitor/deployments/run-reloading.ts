import { type LoadedConfig, messageOf, oneLine, VigilError } from '../../core/index.ts';
import type { Verdict } from '../../history/index.ts';

/** In one line, with what was wrong of several things. */
export const oneLineReason = (thrown: unknown): string =>
  oneLine(
    thrown instanceof VigilError && thrown.received
      ? `${thrown.message}: ${thrown.received.replaceAll(/\s*\n\s*/g, '; ')}`
      : messageOf(thrown),
  );

/** Said where a configuration that was read again can't be used. */
export const refusedLine = (reason: string): string =>
  `the configuration was not read again, the loop continues as before: ${reason}`;

/** A watch that has begun. */
interface BegunWatch {
  /** Keeps a sentence among the warnings of its status, and says it. */
  warn(line: string): void;
}

export interface ReloadingOptions {
  /** What to begin with. */
  loaded: LoadedConfig;
  signal: AbortSignal;
  say(line: string): void;
  /** Reads the configuration again, as often as the version grows. @throws VigilError for what can't be used */
  load(version: number): Promise<LoadedConfig>;
  /** Watches until its time is over or the signal comes. */
  start(
    loaded: LoadedConfig,
    given: { signal: AbortSignal; onWatched(watch: BegunWatch): void },
  ): Promise<Verdict>;
  /** Calls back when somebody asks to read the configuration again; returns how to end that. */
  onReload(reload: () => void): () => void;
}

/**
 * Watches one deployment until its time is over or the signal comes; when asked to, reads the configuration again and restarts
 * the watch where it differs. A configuration that can't be read, or by which no watch begins, changes nothing.
 */
export async function runReloading(options: ReloadingOptions): Promise<Verdict> {
  const { signal, say } = options;
  let current = options.loaded;
  /** By what a watch has begun last. */
  let proven: LoadedConfig | undefined;
  let watching: BegunWatch | undefined;
  /** Why no watch began by the configuration that was read last: kept until the one of before goes on. */
  let refused: string | undefined;
  let next: LoadedConfig | undefined;
  let stop = new AbortController();

  const reload = async (version: number) => {
    try {
      const read = await options.load(version);
      const isSame = JSON.stringify(read.config) === JSON.stringify((next ?? current).config);
      say(`the configuration was read again: ${isSame ? 'nothing has changed' : 'the loop restarts by it'}`);
      if (isSame) return;
      next = read;
      stop.abort();
    } catch (thrown) {
      const line = refusedLine(oneLineReason(thrown));
      if (watching) watching.warn(line);
      else say(line);
    }
  };
  let version = 0;
  let reloading = Promise.resolve();
  const stopAsking = options.onReload(() => {
    version += 1;
    const asked = version;
    reloading = reloading.then(() => reload(asked));
  });

  const watch = async (): Promise<Verdict | undefined> => {
    try {
      return await options.start(current, {
        signal: AbortSignal.any([signal, stop.signal]),
        onWatched(watch) {
          proven = current;
          watching = watch;
          if (refused !== undefined) watch.warn(refused);
          refused = undefined;
        },
      });
    } catch (thrown) {
      if (refused !== undefined) say(refused);
      if (!proven || proven === current) throw thrown;
      refused = refusedLine(oneLineReason(thrown));
      next ??= proven;
      return undefined;
    } finally {
      watching = undefined;
    }
  };

  try {
    for (;;) {
      const verdict = await watch();
      await reloading;
      if (!next || signal.aborted) return verdict ?? 'inconclusive';
      current = next;
      next = undefined;
      stop = new AbortController();
    }
  } finally {
    stopAsking();
  }
}
