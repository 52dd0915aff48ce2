/** How many letters must be changed, added, left out or swapped to make one word of another. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const costs = [
        (rows[i - 1]?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (rows[i - 1]?.[j - 1] ?? 0) + Number(!isSame),
        ...(isSwapped ? [(rows[i - 2]?.[j - 2] ?? 0) + 1] : []),
      ];
      row.push(Math.min(...costs));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/** Longer words are no slip of a hand. */
const longest = 60;

/** How many letters two words share at their begin and their end. */
function shared(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let begin = 0;
  while (begin < most && a[begin] === b[begin]) begin += 1;
  let end = 0;
  while (end < most - begin && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return begin + end;
}

/** The word that was probably meant: at most a third of its letters differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > longest) return undefined;
  const lower = word.toLowerCase();
  const found = known
    .filter((one) => Math.abs(one.length - word.length) <= 3)
    .map((one) => ({ one, far: distance(lower, one.toLowerCase()), same: shared(lower, one.toLowerCase()) }))
    .sort((a, b) => a.far - b.far || b.same - a.same)[0];
  return found && found.far <= Math.max(1, Math.floor(found.one.length / 3)) ? found.one : undefined;
}

/** `. Did you mean "monitor"?`, or nothing where no word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined || meant === word ? '' : `. Did you mean "${meant}"?`;
}
