import { grouped } from '../../../core/index.ts';
import type { CurveSignal } from '../curves.ts';
import type { ReportDocument } from '../document.ts';
import { isQueriedValue, type QueriedList, type QueriedValue, queriedText } from '../queries.ts';
import { budgetText, lengthText, stateText, stateTone, timeText } from '../words.ts';
import { type Block, type ChartName, cited, paragraph, type Section, table } from './block.ts';

const captionOf = (entry: QueriedValue | QueriedList): string =>
  isQueriedValue(entry)
    ? `${entry.title}: ${queriedText(entry)}`
    : `${entry.title}: ${grouped(entry.rows)} row${entry.rows === 1 ? '' : 's'}`;

/** Every query with what it answered. */
export function appendixSection({ appendix }: ReportDocument): Section {
  const byId = Map.groupBy(appendix, ({ id }) => id);
  return {
    title: 'Appendix: every figure and its query',
    blocks: [
      paragraph(
        'SQL runs on vigil.sqlite as it stands here: sqlite3 -readonly vigil.sqlite. PromQL is evaluated on the samples in that file at the time named, and any Prometheus 2.42 or newer 2.x that scraped the same gives the same.',
      ),
      ...[...byId].flatMap(([id, entries]): Block[] => {
        const query = entries[0]?.query;
        if (!query) return [];
        const at = query.language === 'promql' ? ` (at ${new Date(query.atMs).toISOString()})` : '';
        const caption = `${entries.map(captionOf).join('; ')}${at}`;
        return [{ kind: 'code', language: query.language, text: query.text, anchor: id, caption }];
      }),
    ],
  };
}

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

const shown = 100;

/** How much was watched, and every gap. */
export function coverageSection({ watched, fromMs, toMs }: ReportDocument): Section {
  const { ratio, due, observed, missed, planned, gaps, largestGapMs, cycles, otherCycles } = watched;
  const share =
    ratio.value === null
      ? 'No slot came due in this window.'
      : `${queriedText(observed)} of ${queriedText(due)} slots were observed: ${queriedText(ratio)}. ${queriedText(missed)} were missed; the longest gap lasted ${largestGapMs === 0 ? 'no time' : lengthText(largestGapMs)}.`;
  const longest = gaps.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)).slice(0, shown);
  const none =
    ratio.value === null
      ? 'Without a schedule there are no gaps to tell: nothing was promised and nothing proves that anybody watched.'
      : 'There is no gap.';
  const rows = longest
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map((gap) => [timeText(gap.fromMs), timeText(gap.toMs), lengthText(gap.toMs - gap.fromMs), gap.reason]);
  return {
    title: 'Coverage',
    blocks: [
      paragraph(share, ratio.id),
      paragraph(
        `${queriedText(planned)} of the ${lengthText(toMs - fromMs)} were planned to be watched. ${queriedText(cycles)} cycles are of this target, ${queriedText(otherCycles)} of others.`,
        planned.id,
        cycles.id,
      ),
      gaps.length === 0 ? paragraph(none) : table(['from (UTC)', 'to (UTC)', 'length', 'why'], rows),
      ...(gaps.length > shown ? [paragraph(`The longest ${shown} of ${gaps.length} gaps are shown.`)] : []),
    ],
  };
}

/** The table of service level objectives. */
export function objectiveSection({ objectives }: ReportDocument): Section {
  return {
    title: 'Objectives',
    blocks: [
      paragraph(
        'The first four decide the verdict, the others warn. What a sample proves is the one-sided 95 % bound of Clopper and Pearson; of a sample without a bad one it is the rule of three.',
      ),
      table(
        ['objective', 'target', 'achieved', 'state', 'budget left', 'what the sample proves', 'query'],
        objectives.map((objective) => [
          objective.title,
          objective.target,
          { text: `${objective.told} (${objective.remark})` },
          { text: stateText[objective.state], tone: stateTone[objective.state] },
          { text: budgetText(objective), tone: (objective.budgetLeft ?? 0) < 0 ? 'bad' : undefined },
          objective.proves,
          cited(...objective.queries),
        ]),
      ),
    ],
  };
}

/** What host, target and watch used. */
export function resourceSection({ curves, cycleTimes }: ReportDocument): Section {
  const worst = (['cpuUsed', 'memoryUsed', 'diskUsed', 'throughput'] as const).map((signal) => {
    const { title, worst: figure, source } = curves[signal];
    const what = signal === 'throughput' ? `${title} of live traffic, least` : `${title}, greatest`;
    return [
      what,
      queriedText(figure),
      source === 'nothing' ? 'not recorded' : `by the ${source}`,
      cited(figure.id),
    ];
  });
  const { firstMemory, lastMemory, greatestMemory, median, longest, historyBytes } = cycleTimes;
  const own = [firstMemory, lastMemory, greatestMemory, median, longest, historyBytes].map((figure) => [
    figure.title,
    queriedText(figure),
    figure.value === null ? 'not recorded' : '',
    cited(figure.id),
  ]);
  return {
    title: 'Resources',
    blocks: [
      {
        kind: 'chart',
        name: 'resources',
        caption: `CPU, memory and disk of the host. (${curves.cpuUsed.worst.id}, ${curves.memoryUsed.worst.id}, ${curves.diskUsed.worst.id})`,
      },
      table(['what', 'value', '', 'query'], [...worst, ...own]),
    ],
  };
}
