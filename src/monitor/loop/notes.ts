import { messageOf } from '../../core/index.ts';

const limit = 50;

/** What the watch has to say of itself; the newest stand in its status. */
export interface Notes {
  warn(text: string): void;
  /** Does what may be impossible for a while, as writing on a full disk: said, and left to the next try. */
  attempt(what: string, action: () => void): void;
  /** The same for what takes long. */
  attemptLong(what: string, action: () => Promise<void>): Promise<void>;
  warnings(): readonly string[];
}

/** Opens the notes of a watch. */
export function openNotes(now: () => number, say: (line: string) => void): Notes {
  const warnings: string[] = [];
  const warn = (text: string) => {
    warnings.push(`${new Date(now()).toISOString()} ${text}`);
    if (warnings.length > limit) warnings.shift();
    say(text);
  };
  return {
    warn,
    attempt(what, action) {
      try {
        action();
      } catch (thrown) {
        warn(`${what}: ${messageOf(thrown)}`);
      }
    },
    attemptLong: (what, action) => action().catch((thrown) => warn(`${what}: ${messageOf(thrown)}`)),
    warnings: () => [...warnings],
  };
}
