/** Something that is done again and again, one turn after another. */
export interface Turns {
  /** Begins; resolves when the first turn is over. */
  start(): Promise<void>;
  /** The next turn begins as soon as it can. */
  hurry(): void;
  /** Resolves when the last turn is over. */
  end(): Promise<void>;
}

/** Makes turns of `act`, which throws nothing: one each `everyMs`, or without a pause where they take longer. */
export function openTurns(act: () => Promise<void>, everyMs: number): Turns {
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  let isOpen = false;
  let isTurning = false;
  let isHurried = false;
  const next = () => {
    const begunMs = performance.now();
    isTurning = true;
    isHurried = false;
    turn = act().finally(() => {
      isTurning = false;
      const pauseMs = Math.max(0, begunMs + everyMs - performance.now());
      if (isOpen) timer = setTimeout(next, isHurried ? 0 : pauseMs);
    });
  };
  return {
    start() {
      isOpen = true;
      next();
      return turn;
    },
    hurry() {
      isHurried = true;
      if (!isOpen || isTurning) return;
      clearTimeout(timer);
      next();
    },
    end() {
      isOpen = false;
      clearTimeout(timer);
      return turn;
    },
  };
}
