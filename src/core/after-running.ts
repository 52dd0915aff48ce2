const parts = 10;

function startParts(ms: number, callback: () => void): NodeJS.Timeout {
  let left = parts;
  const timer = setInterval(
    () => {
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      callback();
    },
    Math.min(ms, 2 ** 31 - 1) / parts,
  );
  return timer;
}

/**
 * Calls back once this process has run for `ms`; the function that is returned calls it off. The time is counted in ten parts, so
 * that of a time in which the process got no CPU only one part counts: what came meanwhile is read first.
 */
export function afterRunning(ms: number, callback: () => void): () => void {
  const timer = startParts(ms, callback);
  return () => clearInterval(timer);
}

/** A signal that is aborted once this process has run for `ms`; like that of `AbortSignal.timeout` it keeps no process alive. */
export function abortedAfterRunning(ms: number): AbortSignal {
  const controller = new AbortController();
  startParts(ms, () => controller.abort()).unref();
  return controller.signal;
}
