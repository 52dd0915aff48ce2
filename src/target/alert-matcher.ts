type Operator = '=' | '!=' | '=~' | '!~';

/** One condition on a label, as Alertmanager reads it. */
export interface Matcher {
  label: string;
  operator: Operator;
  value: string;
}

export type Labels = Record<string, string>;

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

/** Parses `severity=~"critical|warning", team!=core`, braces optional; throws SyntaxError. */
export function parseMatchers(list: string): Matcher[] {
  return parts(list).map((piece) => {
    const [, label = '', operator = '', value = ''] = shape.exec(piece) ?? [];
    if (!label) throw new SyntaxError(`bad matcher: ${piece.trim()}`);
    return {
      label: label.startsWith('"') ? unquoted(label) : label,
      operator: operator as Operator,
      value: unquoted(value),
    };
  });
}

/** Go's regular expression as JavaScript's: anchored, with leading flags and named groups translated. */
function anchored(source: string): RegExp {
  const [, flags = '', rest = source] = /^\(\?([is]+)\)(.*)$/s.exec(source) ?? [];
  const body = `^(?:${rest.replaceAll('(?P<', '(?<')})$`;
  try {
    return new RegExp(body, `u${flags}`);
  } catch {
    // Go allows to escape any punctuation, which the strict mode doesn't.
    return new RegExp(body, flags);
  }
}

/** Whether labels fulfil a matcher; a label that is absent is the empty string. */
export function fulfils(labels: Labels, { label, operator, value }: Matcher): boolean {
  const actual = labels[label] ?? '';
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
