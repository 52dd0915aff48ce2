import { numberText } from '../../../../../src/alerts/index.ts';

/** A series as promtool's unit tests write it. */
export interface InputSeries {
  series: string;
  values: string;
}

/** So many samples of a gauge at a value, or of a counter that grows by it from one sample to the next. */
export interface Phase {
  value: number;
  samples: number;
}

/** Free of the last bits of a calculation, so that the notation stays readable. */
const tidy = (value: number): number => Number(value.toPrecision(12));

function seriesName(metric: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${metric}{${pairs.join(', ')}}`;
}

const run = (start: number, step: number, samples: number): string =>
  `${numberText(tidy(start))}+${numberText(tidy(step))}x${samples - 1}`;

/** A gauge that holds a value after the other. */
export function gaugeSeries(
  metric: string,
  labels: Readonly<Record<string, string>>,
  phases: readonly Phase[],
): InputSeries {
  const values = phases.map(({ value, samples }) => run(value, 0, samples)).join(' ');
  return { series: seriesName(metric, labels), values };
}

/** A counter that grows at a pace after the other. */
export function counterSeries(
  metric: string,
  labels: Readonly<Record<string, string>>,
  phases: readonly Phase[],
): InputSeries {
  let total = 0;
  const parts = phases.map(({ value, samples }, index) => {
    const start = index === 0 ? 0 : total + value;
    total = start + value * (samples - 1);
    return run(start, value, samples);
  });
  return { series: seriesName(metric, labels), values: parts.join(' ') };
}
