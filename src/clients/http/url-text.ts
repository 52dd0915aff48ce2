import { shownUrl, VigilError } from '../../core/index.ts';

/** Parses an address that a caller composed; HARNESS when it is no http:// or https:// URL. */
export function httpUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  throw new VigilError('HARNESS', `${shownUrl(url)} is no HTTP address`, {
    expected: 'an http:// or https:// URL',
    received: shownUrl(url),
  });
}

/** A text as one short line of at most `length` characters, for messages. */
export function excerpt(text: string, length = 120): string {
  const line = text
    .slice(0, length * 4)
    .replace(/\s+/g, ' ')
    .trim();
  const whole = line.length <= length && text.length <= length * 4;
  return whole ? line : `${line.slice(0, length)}…`;
}
