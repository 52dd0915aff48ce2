import { HistoryError } from './history-error.ts';

/** One time series by what it is called. */
export interface SeriesId {
  name: string;
  labels: Readonly<Record<string, string>>;
}

const escapes: Record<string, string> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** `name{a="1",b="2"}`, labels by name: one text for one series, however its labels were ordered. */
export function seriesText({ name, labels }: SeriesId): string {
  const pairs = Object.keys(labels)
    .filter((label) => labels[label] !== '') // an empty label is none, as in Prometheus
    .sort()
    .map(
      (label) => `${label}="${(labels[label] ?? '').replace(/[\\"\n]/g, (sign) => escapes[sign] ?? sign)}"`,
    );
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

const label = /([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)/gy;

/** The parts of a series' text; HistoryError `refused` for anything else. */
export function parseSeries(text: string): SeriesId {
  const brace = text.indexOf('{');
  const name = brace < 0 ? text : text.slice(0, brace);
  const inside = brace < 0 ? '' : text.slice(brace + 1, -1);
  // Without a prototype, so that a label named __proto__ is only a label.
  const labels: Record<string, string> = Object.create(null);
  label.lastIndex = 0;
  let read = 0;
  for (let match = label.exec(inside); match; match = label.exec(inside)) {
    const [whole, key = '', value = ''] = match;
    labels[key] = value.replace(/\\(.)/g, (_, sign) => (sign === 'n' ? '\n' : sign));
    read += whole.length;
  }
  if (name === '' || read !== inside.length || (brace >= 0 && !text.endsWith('}'))) {
    throw new HistoryError('refused', `a series must read name{label="value"}`, text.slice(0, 80));
  }
  return { name, labels };
}
