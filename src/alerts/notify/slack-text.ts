const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text of others for mrkdwn, at most `length` long after escaping, cut between characters. */
export function mrkdwn(text: string, length: number): string {
  let escaped = '';
  for (const character of text.slice(0, length + 1).toWellFormed()) {
    const next = entities[character] ?? character;
    if (
      escaped.length + next.length > length - 1 &&
      (text.length > length || escaped.length + next.length > length)
    ) {
      return `${escaped}…`;
    }
    escaped += next;
  }
  return escaped;
}
