/** Text of an element, gathered up to a limit. */
export interface Capture {
  add(piece: string): void;
  text(): string;
  readonly cut: boolean;
}

/** The first characters of a text, never ending in half a surrogate pair. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** Gathers at most `length` characters and says whether there were more. */
export function capture(length: number): Capture {
  let gathered = '';
  let cut = false;
  return {
    add(piece) {
      const room = length - gathered.length;
      if (piece.length > room) cut = true;
      gathered += cutText(piece, room);
    },
    text: () => gathered.trim(),
    get cut() {
      return cut;
    },
  };
}
