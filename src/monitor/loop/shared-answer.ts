/** How long an answer stands for everybody who asks the same. */
const sharedMs = 100;

/**
 * Makes an answer at most ten times a second, however many ask: a flood costs no more than who asks often, and all that
 * wait for it wait for the same bytes. What can't be made is not kept.
 */
export function sharedAnswer(make: () => string): () => Buffer {
  let kept: { bytes: Buffer; untilMs: number } | undefined;
  return () => {
    const nowMs = performance.now();
    if (kept && nowMs < kept.untilMs) return kept.bytes;
    const bytes = Buffer.from(make());
    kept = { bytes, untilMs: performance.now() + sharedMs };
    return bytes;
  };
}
