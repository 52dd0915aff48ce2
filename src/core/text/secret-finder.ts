/** Shorter beginnings of a secret can't be told from ordinary text. */
const shortestBeginning = 6;

/** The four characters before a place, as a number; earlier ones are shifted out of it. */
const shifted = (key: number, code: number): number => ((key << 4) ^ code) & 0xffff;

/** What stands for the part of a text that was cut off. */
const isCut = (text: string, at: number): boolean => text[at] === '…' || text.startsWith('...', at);

/** How many characters two texts have in common from a place on. */
function commonLength(text: string, at: number, needle: string): number {
  let length = 0;
  while (length < needle.length && text.charCodeAt(at + length) === needle.charCodeAt(length)) length += 1;
  return length;
}

export type Finder = (text: string, onFound: (start: number, end: number) => void) => void;

/**
 * Makes the search for any of many words, of at least 6 characters, in one pass through a text however many there are.
 * It calls back with each place, and with that of a word's beginning where the text was cut off within the word.
 */
export function createFinder(needles: readonly string[]): Finder {
  if (needles.length === 0) return () => {};
  const isBeginning = new Uint8Array(0x10000);
  const byBeginning = new Map<number, string[]>();
  for (const needle of needles) {
    const key = [0, 1, 2, 3].reduce((sum, index) => shifted(sum, needle.charCodeAt(index)), 0);
    isBeginning[key] = 1;
    byBeginning.set(key, [...(byBeginning.get(key) ?? []), needle]);
  }

  const foundOf = (text: string, at: number, needle: string): number => {
    const length = commonLength(text, at, needle);
    if (length === needle.length) return length;
    if (length < shortestBeginning) return 0;
    if (isCut(text, at + length)) return length;
    // Without a mark only the middle of a word says that something is missing: a secret may begin as a name does.
    const isEnd = at + length === text.length && length * 2 >= needle.length;
    return isEnd && /^[a-z\d]{2}/i.test(needle.slice(length - 1)) ? length : 0;
  };

  return (text, onFound) => {
    let key = 0;
    for (let at = 0; at < text.length; at += 1) {
      key = shifted(key, text.charCodeAt(at));
      if (at < 3 || isBeginning[key] === 0) continue;
      const start = at - 3;
      let longest = 0;
      for (const needle of byBeginning.get(key) ?? [])
        longest = Math.max(longest, foundOf(text, start, needle));
      if (longest > 0) onFound(start, start + longest);
    }
  };
}
