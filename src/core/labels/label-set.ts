import { byText } from '../text/by-text.ts';

/** Label names to values, without the metric's name. */
export type LabelSet = Readonly<Record<string, string>>;

const byName = ([a]: [string, string], [b]: [string, string]): number => byText(a, b);

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
