import { grouped } from '../../../core/index.ts';
import type { CurveSignal } from '../curves.ts';
import type { ReportDocument } from '../document.ts';
import { queriedText } from '../queries.ts';
import { lengthText } from '../words.ts';
import { type ChartName, cited, paragraph, type Section, table } from './block.ts';

const charts: { name: ChartName; title: string; signals: CurveSignal[] }[] = [
  { name: 'quality', title: 'Pass rate of the cycles', signals: ['passRate'] },
  { name: 'errors', title: 'Error ratio of live traffic', signals: ['errorRatio'] },
  {
    name: 'latency',
    title: 'Latency of live traffic: P50, P95, P99',
    signals: ['latencyP50', 'latencyP95', 'latencyP99'],
  },
  { name: 'throughput', title: 'Operations per second of live traffic', signals: ['throughput'] },
  {
    name: 'components',
    title: 'Mean duration of HTDAG, HALO and AOP',
    signals: ['htdagMean', 'haloMean', 'aopMean'],
  },
];

/** The signals over time: drawn, and their worst values as a table. */
export function curveSection({ curves, stepMs }: ReportDocument): Section {
  const ids = (signals: readonly CurveSignal[]) =>
    [...new Set(signals.map((signal) => curves[signal].worst.id))].join(', ');
  const rowOf = (signal: CurveSignal) => {
    const { title, worst, points, source } = curves[signal];
    const from = source === 'nothing' ? 'no data' : `${grouped(points.length)}, from the ${source}`;
    return [title, queriedText(worst), from, cited(worst.id)];
  };
  return {
    title: 'Signals over time',
    blocks: [
      paragraph(
        `One point every ${lengthText(stepMs)}. Grey stretches are gaps in which nothing was watched; a line is broken where there is no data.`,
      ),
      ...charts.map(({ name, title, signals }) => ({
        kind: 'chart' as const,
        name,
        caption: `${title}. (${ids(signals)})`,
      })),
      table(['signal', 'worst', 'points', 'query'], charts.flatMap(({ signals }) => signals).map(rowOf)),
    ],
  };
}
