import { mapTexts } from './map-texts.ts';
import { redactPatterns } from './secret-patterns.ts';

/** Shorter ones can't be told from ordinary text. */
export const shortestSecret = 6;

/** Keeps secrets out of everything that is written or sent. */
export interface Redactor {
  /** Makes a value known as secret, in every form in which it may turn up. */
  register(secret: string): void;
  redact(text: string): string;
  /** The same value with every text in it redacted, names of keys too. */
  redactDeep<T>(value: T): T;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A secret as it looks in a URL, in JSON, in base64 and in HTML or Slack text. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    encodeURI(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    escaped(secret),
    escaped(secret).replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    escaped(secret).replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  ];
}

/** Shorter ends of a path are too likely to be ordinary words. */
const shortestEnd = 12;

/** The parts of an address that open doors: each end of its path, with the query or without, and its user's password. */
function partsOf(secret: string): string[] {
  const url = URL.parse(secret);
  if (!url) return [secret];
  const path = url.pathname.replace(/\/+$/, '');
  const ends = [...path.matchAll(/\//g)].flatMap(({ index }) => [path.slice(index), path.slice(index + 1)]);
  const whole = ends.flatMap((end) => [end, end + url.search]).filter((end) => end.length >= shortestEnd);
  return [secret, ...whole, url.password];
}

/** A redactor that knows no secret yet, only what credentials usually look like. */
export function createRedactor(): Redactor {
  let known: string[] = [];
  const redact = (text: string): string => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, '[redacted]');
    return redactPatterns(clean);
  };
  return {
    register(secret) {
      const forms = partsOf(secret)
        .flatMap(formsOf)
        .filter((form) => form.length >= shortestSecret);
      // The longest first, so that no secret survives as the rest of a shorter one.
      known = [...new Set([...known, ...forms])].sort((a, b) => b.length - a.length);
    },
    redact,
    redactDeep: (value) => mapTexts(value, redact),
  };
}
