import type { LabelSet } from './label-set.ts';

/** How a label must compare: `=` and `!=` with the whole value, `=~` and `!~` with an anchored regular expression. */
export interface Matcher {
  label: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}

// As in Alertmanager's pkg/labels/parse.go; a quoted name is the newer (0.27) syntax.
const shape = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*|"(?:[^"\\]|\\.)*")\s*(=~|=|!=|!~)\s*(.*?)\s*$/s;

function unescaped(text: string): string {
  return text.replace(/\\([n"\\])/g, (_whole, sign: string) => (sign === 'n' ? '\n' : sign));
}

function unquoted(text: string): string {
  const quoted = text.startsWith('"');
  const inner = quoted ? text.slice(1, -1) : text;
  const closed = !quoted || (text.length > 1 && text.endsWith('"'));
  if (!closed || /(?<!\\)(?:\\\\)*"/.test(inner)) throw new SyntaxError(`unescaped double quote in ${text}`);
  return unescaped(inner);
}

/** The parts of a list that commas outside of quotes separate. */
function parts(list: string): string[] {
  const pieces = list
    .replace(/^\{/, '')
    .replace(/\}$/, '')
    .match(/(?:"(?:[^"\\]|\\.)*"|\\.|[^,])+/gs);
  return (pieces ?? []).filter((piece) => piece.trim() !== '');
}

/** Parses `severity=~"critical|warning", team!=core`, braces optional. @throws SyntaxError with a sentence, for a pattern too */
export function parseMatchers(list: string): Matcher[] {
  return parts(list).map((piece) => {
    const [, label = '', operator = '', given = ''] = shape.exec(piece) ?? [];
    if (!label) throw new SyntaxError(`bad matcher: ${piece.trim()}`);
    const value = unquoted(given);
    if (operator.endsWith('~')) anchored(value);
    return {
      label: label.startsWith('"') ? unquoted(label) : label,
      operator: operator as Matcher['operator'],
      value,
    };
  });
}

const patterns = new Map<string, RegExp>();

/** Go's regular expression as JavaScript's: anchored, `.` takes a line break too, leading flags and named groups translated. */
function anchored(source: string): RegExp {
  const known = patterns.get(source);
  if (known) return known;
  const [, flags = '', rest = source] = /^\(\?([is]+)\)(.*)$/s.exec(source) ?? [];
  const body = `^(?:${rest.replaceAll('(?P<', '(?<')})$`;
  const all = flags.includes('i') ? 'si' : 's';
  const compiled = compile(body, `u${all}`) ?? compile(body, all);
  if (compiled === undefined) throw new SyntaxError(whyNoPattern(source, rest));
  patterns.set(source, compiled);
  return compiled;
}

/** RE2 takes flags anywhere, JavaScript doesn't. */
function whyNoPattern(source: string, rest: string): string {
  const flags = /\(\?[a-zA-Z-]+[:)]/.exec(rest)?.[0];
  const why =
    flags === undefined
      ? 'it is not a regular expression'
      : `${flags} is not supported; only (?i), (?s) and (?is) are, at its beginning`;
  return `the pattern ${JSON.stringify(source)} can’t be read: ${why}`;
}

function compile(body: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(body, flags);
  } catch {
    return undefined; // Go allows to escape any punctuation, which the strict mode doesn't.
  }
}

function meets(actual: string, { operator, value }: Matcher): boolean {
  switch (operator) {
    case '=':
      return actual === value;
    case '!=':
      return actual !== value;
    case '=~':
      return anchored(value).test(actual);
    case '!~':
      return !anchored(value).test(actual);
  }
}

/** Whether labels meet every matcher; a label that is missing compares as an empty one. SyntaxError for a pattern that is none. */
export function matches(labels: LabelSet, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => {
    const actual = Object.hasOwn(labels, matcher.label) ? labels[matcher.label] : undefined;
    return meets(actual ?? '', matcher);
  });
}
