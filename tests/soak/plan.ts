/** What goes wrong with the deployment for a while. */
export type FaultKind = 'down' | 'errors' | 'slow' | 'checks';

export interface SoakFault {
  kind: FaultKind;
  fromMs: number;
  toMs: number;
}

/** What is done to the loop itself: killed in the middle of whatever it does, or ended and started again. */
export interface SoakBlow {
  kind: 'kill' | 'restart';
  atMs: number;
}

/** Everything that will happen, in milliseconds from the start. */
export interface SoakPlan {
  seed: number;
  durationMs: number;
  faults: SoakFault[];
  blows: SoakBlow[];
  /** Times in which the flaky receiver takes nothing. */
  outages: { fromMs: number; toMs: number }[];
  /** How long after the end receivers that were out may take to know everything. */
  patienceMs: number;
}

/** Numbers in [0, 1) that a seed gives again (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const kinds: readonly FaultKind[] = ['errors', 'down', 'checks', 'slow'];

export interface Pace {
  /** Before the first fault, and after each. */
  quietMs: number;
  faultMs: number;
  /** At the end, so that all that fires can resolve and be told. */
  settleMs: number;
  /** How long a receiver that was out may take to know everything. */
  patienceMs: number;
  /** From one blow to the next on the average. */
  blowEveryMs: number;
}

/** A plan for a time: quiet and faults in turn, blows at any moment but the last. */
export function planOf(seed: number, durationMs: number, pace: Pace): SoakPlan {
  const random = randomFrom(seed);
  const about = (ms: number) => Math.round(ms * (1 + random()));
  const endMs = durationMs - pace.settleMs;
  const faults: SoakFault[] = [];
  for (let atMs = pace.quietMs; ; ) {
    const fault = {
      kind: kinds[Math.floor(random() * kinds.length)] as FaultKind,
      fromMs: atMs,
      toMs: atMs + about(pace.faultMs),
    };
    if (fault.toMs > endMs) break;
    faults.push(fault);
    atMs = fault.toMs + about(pace.quietMs);
  }
  const blows: SoakBlow[] = [];
  for (let atMs = about(pace.blowEveryMs / 2); atMs < endMs; atMs += about(pace.blowEveryMs / 1.5)) {
    blows.push({ kind: random() < 0.5 ? 'kill' : 'restart', atMs });
  }
  const outages = faults
    .filter(() => random() < 0.5)
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs + pace.quietMs / 2 }));
  return { seed, durationMs, faults, blows, outages, patienceMs: pace.patienceMs };
}
