import { byText, VigilError } from '../../core/index.ts';
import type { Family, Labels, Sample } from './types.ts';

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function checked(name: string, pattern: RegExp, what: string): string {
  if (pattern.test(name)) return name;
  throw new VigilError('EXPOSITION_INVALID', `Can't expose a ${what} that the text format doesn't allow`, {
    expected: pattern.source,
    received: JSON.stringify(name.slice(0, 80)),
  });
}

/** A value as the text format writes it, so that reading it back gives the same number. */
export function sampleValueText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabelValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

/** Labels by name, `le` and `quantile` last, as client libraries write them. */
export function formatLabels(labels: Labels): string {
  const last = (name: string) => (name === 'le' || name === 'quantile' ? 1 : 0);
  const names = Object.keys(labels).sort((a, b) => last(a) - last(b) || (a < b ? -1 : 1));
  if (names.length === 0) return '';
  const pairs = names.map(
    (name) => `${checked(name, LABEL_NAME, 'label name')}="${escapeLabelValue(labels[name] ?? '')}"`,
  );
  return `{${pairs.join(',')}}`;
}

function formatSample(sample: Sample): string {
  const name = checked(sample.name, METRIC_NAME, 'metric name');
  return `${name}${formatLabels(sample.labels)} ${sampleValueText(sample.value)}\n`;
}

/**
 * Families as Prometheus text 0.0.4: families by name, samples in the order given, labels by name, a line feed
 * at the end. Help and label values are escaped, so no value can add a line.
 * @throws VigilError EXPOSITION_INVALID on a metric or label name that the format doesn't allow
 */
export function formatExposition(families: readonly Family[]): string {
  const byName = families.toSorted((a, b) => byText(a.name, b.name));
  let text = '';
  for (const { name, type, help, samples } of byName) {
    checked(name, METRIC_NAME, 'metric name');
    if (help !== '') text += `# HELP ${name} ${escapeHelp(help)}\n`;
    text += `# TYPE ${name} ${type}\n`;
    for (const sample of samples) text += formatSample(sample);
  }
  return text;
}

/** A series with its values over time. */
export interface TimedSeries {
  labels: Readonly<Labels>;
  points: readonly { timeMs: number; value: number; stale?: true }[];
}

/** The last line of an OpenMetrics text; without it the text counts as cut off. */
export const endOfOpenMetrics = '# EOF\n';

/**
 * Series of one metric as OpenMetrics text with timestamps, a chunk for each series; the types are left unknown. The format
 * has no stale markers: where a series was gone its samples end, and a reader looks back five minutes past them.
 * @throws VigilError EXPOSITION_INVALID on a label name that the format doesn't allow
 */
export function* openMetricsLines(name: string, series: readonly TimedSeries[]): Generator<string> {
  for (const { labels, points } of series) {
    const head = `${name}${formatLabels(labels)}`;
    yield points
      .filter(({ stale }) => !stale)
      .map(({ timeMs, value }) => `${head} ${sampleValueText(value)} ${timeMs / 1000}\n`)
      .join('');
  }
}
