import { grouped } from '../../../core/index.ts';
import { beforeAndNow, differenceText } from '../comparison.ts';
import { type CurveSignal, type LineChartName, lineCharts } from '../curves.ts';
import { type QueriedList, type QueriedValue, queriedText } from '../queries.ts';
import type { ReportDocument } from '../report-schema.ts';
import { budgetText, lengthText, objectiveState, timeText } from '../words.ts';
import { type Block, cited, paragraph, type Section, section, table } from './block.ts';

const captionOf = (entry: QueriedValue | QueriedList): string =>
  'value' in entry
    ? `${entry.title}: ${queriedText(entry)}`
    : `${entry.title}: ${grouped(entry.rows)} row${entry.rows === 1 ? '' : 's'}`;

/** Every query with what it answered. */
export function appendixSection({ appendix }: ReportDocument): Section {
  const queries = [...Map.groupBy(appendix, ({ id }) => id)].flatMap(([id, entries]): Block[] => {
    const query = entries[0]?.query;
    if (!query) return [];
    const at = query.language === 'promql' ? ` (at ${new Date(query.atMs).toISOString()})` : '';
    const caption = `${entries.map(captionOf).join('; ')}${at}`;
    return [{ kind: 'code', language: query.language, text: query.text, anchor: id, caption }];
  });
  return section(
    'Appendix: every figure and its query',
    paragraph(
      'SQL runs on vigil.sqlite as it stands here: sqlite3 -readonly vigil.sqlite. PromQL is evaluated on the samples in that file at the time named, and any Prometheus 2.42 or newer 2.x that scraped the same gives the same.',
    ),
    ...queries,
  );
}

function chartBlock({ curves }: ReportDocument, name: LineChartName): Block {
  const { title, signals } = lineCharts[name];
  const ids = new Set(signals.flatMap((signal) => curves[signal]?.worst.id ?? []));
  return { kind: 'chart', name, caption: `${title}. (${[...ids].join(', ')})` };
}

/** The signals over time: drawn, and their worst values as a table. */
export function curveSection(document: ReportDocument): Section {
  const { curves } = document;
  const names = (['quality', 'errors', 'latency', 'throughput', 'components'] as const).filter((name) =>
    lineCharts[name].signals.some((signal) => curves[signal]),
  );
  const signals = names.flatMap((name): readonly CurveSignal[] => lineCharts[name].signals);
  return section(
    'Signals over time',
    paragraph(
      `One point every ${lengthText(document.stepMs)}. Grey stretches are gaps in which nothing was watched; a line is broken where there is no data.`,
    ),
    ...names.map((name) => chartBlock(document, name)),
    table(
      ['signal', 'worst', 'points', 'query'],
      signals.flatMap((signal) => {
        const curve = curves[signal];
        if (!curve) return [];
        const { title, worst, points, source } = curve;
        const from = source === 'nothing' ? 'no data' : `${grouped(points.length)}, from the ${source}`;
        return [[title, queriedText(worst), from, cited(worst.id)]];
      }),
    ),
  );
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
  const none = ratio.value === null ? 'No schedule was recorded, so gaps are unknown.' : 'No gaps.';
  const rows = longest
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map((gap) => [timeText(gap.fromMs), timeText(gap.toMs), lengthText(gap.toMs - gap.fromMs), gap.reason]);
  return section(
    'Coverage',
    paragraph(share, ratio.id),
    paragraph(
      `${queriedText(planned)} of the ${lengthText(toMs - fromMs)} were planned to be watched. ${queriedText(cycles)} cycles are of this target, ${queriedText(otherCycles)} of others.`,
      planned.id,
      cycles.id,
    ),
    gaps.length === 0 ? paragraph(none) : table(['from (UTC)', 'to (UTC)', 'length', 'why'], rows),
    gaps.length > shown && paragraph(`The longest ${shown} of ${gaps.length} gaps are shown.`),
  );
}

/** The table of service level objectives. */
export function objectiveSection({ objectives }: ReportDocument): Section {
  return section(
    'Objectives',
    paragraph(
      'The first four decide the verdict, the others warn. Achieved is the average of the window, or its worst value where that is said; a breach is a time in which an alert of it fired. What a sample proves is the one-sided 95 % bound of Clopper and Pearson; of a sample without a bad one it is the rule of three.',
    ),
    table(
      ['objective', 'target', 'achieved', 'state', 'budget left', 'what the sample proves', 'query'],
      objectives.map((objective) => [
        objective.title,
        objective.target,
        { text: `${objective.told} (${objective.remark})` },
        objectiveState(objective),
        { text: budgetText(objective), tone: (objective.budgetLeft ?? 0) < 0 ? 'bad' : undefined },
        objective.proves,
        cited(...objective.queries),
      ]),
    ),
  );
}

const comparedTone = { better: 'good', same: undefined, worse: 'bad', unknown: 'warn' } as const;

/** The release against the one before it, each figure with its test. */
export function comparisonSection({ comparison }: ReportDocument): Section {
  const title = 'Compared with the release before';
  if (!comparison)
    return section(title, paragraph('No deployment is recorded: there is nothing to compare.'));
  const { release, fromMs, toMs, measures } = comparison;
  const before = release === null ? 'the time before the deployment' : `release ${release}`;
  return section(
    title,
    paragraph(
      `Compared with ${before}, ${timeText(fromMs)} to ${timeText(toMs)}. Better and worse need p < 0.05 and a difference past the limit of a canary; otherwise no difference was shown.`,
    ),
    table(
      ['figure', 'before', 'now', 'difference', 'test', 'state', 'query'],
      measures.map((measure) => [
        measure.title,
        ...beforeAndNow(measure),
        `${differenceText(measure)} (${measure.remark})`,
        measure.test ?? 'none',
        { text: measure.state, tone: comparedTone[measure.state] },
        cited(...measure.queries),
      ]),
    ),
  );
}

/** What host, target and watch used. */
export function resourceSection(document: ReportDocument): Section {
  const { curves, cycleTimes, objectives } = document;
  const worst = (['cpuUsed', 'memoryUsed', 'diskUsed', 'throughput'] as const).flatMap((signal) => {
    const curve = curves[signal];
    if (!curve) return [];
    const { title, worst, source } = curve;
    const what = signal === 'throughput' ? `${title} of live traffic, least` : `${title}, greatest`;
    const by = source === 'nothing' ? 'not recorded' : `by the ${source}`;
    // An objective tells the same figure beside its limit.
    const reached = objectives.find(({ achieved }) => achieved.id === worst.id)?.told;
    return [[what, reached ?? queriedText(worst), by, cited(worst.id)]];
  });
  const { firstMemory, lastMemory, greatestMemory, median, longest, historyBytes } = cycleTimes;
  const own = [firstMemory, lastMemory, greatestMemory, median, longest, historyBytes].map((value) => [
    value.title,
    queriedText(value),
    value.value === null ? 'not recorded' : '',
    cited(value.id),
  ]);
  return section(
    'Resources',
    chartBlock(document, 'resources'),
    table(['what', 'value', '', 'query'], [...worst, ...own]),
  );
}
