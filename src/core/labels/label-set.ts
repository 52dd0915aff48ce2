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

/** Labels as Prometheus writes them, by name: `{check="C07", severity="critical"}`; nothing where there are none. */
export function labelsText(labels: LabelSet): string {
  const all = Object.entries(labels).filter(([, value]) => value !== '');
  const written = all.sort(byName).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return written.length === 0 ? '' : `{${written.join(', ')}}`;
}
