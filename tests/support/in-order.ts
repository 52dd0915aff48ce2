/** A whole word, number or phrase: 25 % is not found in 125 %, nor 400 in 2,400. */
function whole(word: string): string {
  const before = /^\w/.test(word) ? '(?<![\\w.]|\\d,)' : '';
  const after = /\w$/.test(word) ? '(?!\\w|[.,]\\d)' : '';
  return before + word.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&') + after;
}

/** Matches a text that has these words in this order, whatever stands between them. */
export function inOrder(...words: string[]): RegExp {
  return new RegExp(words.map(whole).join('[\\s\\S]*?'));
}
