import type { Matcher } from './expression.ts';

/** Label names to values, without the metric's name. */
export type LabelSet = Readonly<Record<string, string>>;

/** One sample; `stale` marks the instant from which the series is known to be gone, its value means nothing. */
export interface SamplePoint {
  timeMs: number;
  value: number;
  stale?: true;
}

/** The samples of one label set, by ascending time. */
export interface Series {
  labels: LabelSet;
  points: readonly SamplePoint[];
}

/** Recorded samples: the series of a metric that match, with their points in `fromMs` ≤ time ≤ `toMs`. */
export interface SampleSource {
  series(name: string, matchers: readonly Matcher[], fromMs: number, toMs: number): Series[];
}

const patterns = new Map<string, RegExp>();

function anchored(pattern: string): RegExp {
  let compiled = patterns.get(pattern);
  if (!compiled) {
    compiled = new RegExp(`^(?:${pattern})$`, 's');
    patterns.set(pattern, compiled);
  }
  return compiled;
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

/** Whether labels meet every matcher; a label that is missing compares as an empty one. */
export function matches(labels: LabelSet, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => {
    const actual = Object.hasOwn(labels, matcher.label) ? labels[matcher.label] : undefined;
    return meets(actual ?? '', matcher);
  });
}

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : a > b ? 1 : 0);

/** Labels as one string in which their order plays no part and no value can pass for another label. */
export function labelKey(labels: LabelSet): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(byName),
  );
}

/** The order in which Prometheus keeps series: label by label, name before value. */
export function compareLabels(a: LabelSet, b: LabelSet): number {
  const [left, right] = [Object.entries(a).sort(byName), Object.entries(b).sort(byName)];
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const [one, other] = [left[i]?.join('\u0000') ?? '', right[i]?.join('\u0000') ?? ''];
    if (one !== other) return one < other ? -1 : 1;
  }
  return left.length - right.length;
}
