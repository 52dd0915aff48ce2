import { continued, decoded, sourceRange, type View, viewOf, withoutSpaces } from './decoded-view.ts';
import { mapTexts } from './map-texts.ts';
import { createFinder, type Finder } from './secret-finder.ts';
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

/** A longer text is looked through in parts of this length, so that its views take no more room than it does. */
const windowLength = 1 << 20;
/** What one part shows of the next: a secret that begins in it, however it is encoded, is whole. */
const longestCoded = 1 << 17;

/** A text is looked through that often: JSON within XML within a URL within JSON. */
const deepest = 4;
/** Continued lines give other ways to look at it; nobody writes more of them than this. */
const mostViews = 9;

/** A text with its escapes taken away, level by level; the text itself first. */
function viewsOf(text: string): View[] {
  const views = [viewOf(text)];
  const levels = [0];
  for (let index = 0; index < views.length; index += 1) {
    const [view, level] = [views[index] as View, levels[index] ?? 0];
    for (const next of level < deepest ? [decoded(view), continued(view)] : [])
      if (next && views.length < mostViews) {
        views.push(next);
        levels.push(level + 1);
      }
  }
  return views;
}

/** The text with every escape taken away. */
function plainOf(text: string): string {
  let view = viewOf(text);
  for (let level = 0; level < deepest; level += 1) view = decoded(view) ?? view;
  return view.text;
}

/** In base64, alone and within something longer, of which the characters that depend on what is around are left out. */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const within = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const whole = bytes.toString('base64');
  const forms = [whole, whole.replace(/=+$/, ''), ...within];
  return [...forms, ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

/** A secret as it looks once escapes are taken away: itself, in base64, in hexadecimal digits, and in a form's field. */
function formsOf(secret: string): string[] {
  const hex = Buffer.from(secret).toString('hex');
  // What begins an escape at its end may be taken for one with the character that follows.
  const plain = plainOf(secret.replace(/[\\%&]+$/, ''));
  return [secret, plain, secret.replaceAll(' ', '+'), ...base64Of(secret), hex, hex.toUpperCase()];
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

type Range = [start: number, end: number];

/** The text with each range replaced; ranges that overlap are one. */
function without(text: string, ranges: Range[]): string {
  if (ranges.length === 0) return text;
  const parts: string[] = [];
  let done = 0;
  let [start, end] = [-1, -1];
  const close = () => {
    if (start < 0) return;
    parts.push(text.slice(done, start), '[redacted]');
    done = end;
  };
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (from < end) end = Math.max(end, to);
    else {
      close();
      [start, end] = [from, to];
    }
  }
  close();
  return parts.join('') + text.slice(done);
}

/** A redactor that knows no secret yet, only what credentials usually look like. */
export function createRedactor(): Redactor {
  const known = new Set<string>();
  /** Of secrets with white space, which a wrapped line may have taken away. */
  const squeezed = new Set<string>();
  let find = createFinder([]);
  let findSqueezed: Finder | undefined;
  let isNew = false;

  /** Tells where each known secret stands in a text. */
  const scan = (text: string, onFound: (start: number, end: number) => void): void => {
    const views = viewsOf(text);
    const look = (view: View, finder: Finder) =>
      finder(view.text, (start, end) => onFound(...sourceRange(view, start, end)));
    for (const view of views) look(view, find);
    if (!findSqueezed) return;
    for (const view of views) {
      const tight = withoutSpaces(view);
      if (tight) look(tight, findSqueezed);
    }
  };

  const redactKnown = (text: string): string => {
    if (isNew) {
      find = createFinder([...known]);
      findSqueezed = squeezed.size > 0 ? createFinder([...squeezed]) : undefined;
      isNew = false;
    }
    const ranges: Range[] = [];
    for (let from = 0; from < text.length; from += windowLength) {
      const part = text.slice(from, from + windowLength + longestCoded);
      scan(part, (start, end) => ranges.push([from + start, from + end]));
    }
    return without(text, ranges);
  };
  const redact = (text: string): string => redactPatterns(redactKnown(text));

  return {
    register(secret) {
      const parts = partsOf(secret);
      for (const form of parts.flatMap(formsOf)) if (form.length >= shortestSecret) known.add(form);
      for (const part of parts.map(plainOf)) {
        const tight = part.replace(/\s+/g, '');
        if (tight !== part && tight.length >= shortestSecret) squeezed.add(tight);
      }
      isNew = true;
    },
    redact,
    redactDeep: (value) => mapTexts(value, redact),
  };
}
