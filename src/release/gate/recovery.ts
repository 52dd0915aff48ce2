/**
 * When a share that is too bad now can be good again at the earliest: nothing bad comes any more while `perMs` more are
 * counted, or the window has moved past what was bad. Milliseconds from now.
 */
export function recoversInMs({
  bad,
  total,
  allowed,
  perMs,
  windowMs,
}: {
  bad: number;
  total: number;
  allowed: number;
  perMs: number;
  windowMs: number;
}): number {
  if (allowed <= 0 || perMs <= 0) return windowMs;
  const needed = bad / allowed - total;
  return Math.min(windowMs, Math.max(0, Math.ceil(needed / perMs)));
}
