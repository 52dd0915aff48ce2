/** What a decision on a release came to. */
export interface Decided {
  decision: 'promoted' | 'held' | 'rolled back';
  atMs: number;
  /** The first line that a person reads of it. */
  line: string;
  /** Since when it said not to go on, without a break until the decision. */
  haltedMs?: number | undefined;
  /** Whether it said so at any time. */
  wasHalted: boolean;
}

/** Since when measurements say not to go on, without a break, and whether one ever did. */
export function haltsOf() {
  let haltedMs: number | undefined;
  let wasHalted = false;
  return {
    note(isHalted: boolean, atMs: number) {
      wasHalted ||= isHalted;
      haltedMs = isHalted ? (haltedMs ?? atMs) : undefined;
    },
    seen: () => ({ haltedMs, wasHalted }),
  };
}
