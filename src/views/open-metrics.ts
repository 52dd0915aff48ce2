import { endOfOpenMetrics, openMetricsLines } from '../clients/index.ts';
import { alertSeries, type HistoryReader } from '../history/index.ts';

/** Everything that was scraped, metric by metric, then the alerts, then the end; each series with the label of its deployment. */
export function* openMetrics(
  reader: HistoryReader,
  { fromMs, toMs, deployment }: { fromMs: number; toMs: number; deployment: string },
): Generator<string> {
  const labelled = <Series extends { labels: Readonly<Record<string, string>> }>(all: readonly Series[]) =>
    all.map((series) => ({ ...series, labels: { deployment, ...series.labels } }));
  const times = new Set<number>();
  for (const name of reader.metrics()) {
    const series = reader.series(name, [], fromMs, toMs);
    if (name === 'up') for (const { points } of series) for (const { timeMs } of points) times.add(timeMs);
    yield* openMetricsLines(name, labelled(series));
  }
  // What was open before the range is open in it.
  const transitions = reader.transitions(0, toMs);
  yield* openMetricsLines(
    'ALERTS',
    labelled(
      alertSeries(
        transitions,
        [...times].sort((a, b) => a - b),
      ),
    ),
  );
  yield endOfOpenMetrics;
}
