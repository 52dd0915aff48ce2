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

/** Labels as a text that sorts in the order in which Prometheus keeps series: label by label, name before value. */
export function labelOrder(labels: LabelSet): string {
  return Object.entries(labels).sort(byName).flat().join('\u0000');
}
