import path from 'node:path';
import {
  oneLine,
  printable,
  type Style,
  signOf,
  type ThresholdTable,
  timesText,
  wrapped,
} from '../../core/index.ts';
import type { Verdict } from '../../history/index.ts';
import type { CycleRecord, WrittenCycle } from '../../monitor/index.ts';
import {
  type CheckOutcome,
  failureText,
  isMeantSkip,
  locateCheck,
  placeText,
  type QuarantineState,
  type SuitePlace,
  skipWords,
  uncleanedTexts,
} from '../../suite/index.ts';
import { groupRows } from './group-rows.ts';
import { objectiveRows } from './objectives.ts';

/** Under this name a check records that a request was sent again. */
const retriesMeasured = 'network retries';

export interface SummaryOptions {
  style: Style;
  width: number;
  embedded: boolean;
  /** Paths are shown relative to this folder. */
  cwd: string;
  thresholds: ThresholdTable;
  /** Where the checks are. */
  suite?: SuitePlace | undefined;
}

/** A check that has no id of its own is known by its file and title. */
const nameOf = ({ definition, id, title, shown }: CheckOutcome): string =>
  definition && !id.endsWith(title) ? `${id} ${title}` : (shown ?? id);

/** Since when, once it is longer than this cycle. */
function sinceLines({ failingSince, quarantined }: CheckOutcome): string[] {
  const since =
    failingSince && failingSince.cycles > 1
      ? [`    failing since ${failingSince.timestamp}, ${failingSince.cycles} cycles`]
      : [];
  if (!quarantined) return since;
  const { owner, until, reason } = quarantined;
  return [...since, `    ${oneLine(`${owner} mends it until ${until}: ${reason}`)}`];
}

function checkBlock(check: CheckOutcome, { style, width }: SummaryOptions): string[] {
  const { definition } = check;
  const name = nameOf(check);
  const rank = definition ? `${definition.severity} ${definition.priority}` : '';
  const label = check.quarantined ? ' · in quarantine' : check.outcome === 'unknown' ? ' · unknown' : '';
  const next = definition?.next;
  const step = (check.outcome === 'unknown' && definition?.nextWhenUnknown) || next;
  // The matcher's message ends with the next step as well, for those who read Vitest's own output.
  const reason = (check.reason ?? '').replaceAll(next ? `; next: ${next}` : '\n\n', '');
  return [
    `  ${signOf(check.outcome, style)} ${style.bold(oneLine(name))}${label}  ${style.dim(rank)}`,
    ...wrapped(printable(reason), '    ', width).slice(0, 6),
    ...sinceLines(check),
    ...(step ? wrapped(`→ ${step}`, '    ', width) : []),
  ];
}

const verdictLine: Record<Verdict, (style: Style) => string> = {
  pass: (style) => style.bold(style.green('PASS')),
  fail: (style) => style.bold(style.red('FAIL')),
  inconclusive: (style) => style.bold(style.yellow('INCONCLUSIVE')),
};

/** How a shard's cycle says that it was not all: ` of the 36 checks`, nothing where it was. */
function partOf({ catalogueSize, outcomes }: CycleRecord): string {
  return catalogueSize !== undefined && outcomes.length < catalogueSize
    ? ` (${outcomes.length} of the ${catalogueSize} checks are run here)`
    : '';
}

function counts(record: CycleRecord): string {
  const { signals, durationMs, outcomes } = record;
  const { passed, failed, unknown, skipped, quarantined } = signals;
  const meant = outcomes.filter(isMeantSkip).length;
  const parts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...skipWords(skipped, meant),
    ...(quarantined ? [`${quarantined} failed in quarantine`] : []),
  ];
  return `${parts.join(', ')} in ${(durationMs / 1000).toFixed(1)} s${partOf(record)}`;
}

/** What could not be judged, and what to do about it. */
function stepWhenUnknown({ outcomes, problems }: CycleRecord): string {
  const unknown = outcomes.find(({ outcome }) => outcome === 'unknown');
  if (!unknown) return problems[0] ?? 'run the cycle again';
  const { definition, id, shown = id } = unknown;
  const next = definition?.nextWhenUnknown ?? definition?.next ?? 'find out why it could not judge';
  return `${failureText(unknown, shown)}; ${next}`;
}

function nextStep(record: CycleRecord): string {
  const first = record.violations[0];
  if (record.verdict === 'fail' && first) {
    return `Do not scale up. First (${first.priority}): ${first.summary}; ${first.next}.`;
  }
  if (record.verdict === 'inconclusive') {
    return `Do not scale up: unknown is not a pass. First: ${stepWhenUnknown(record)}.`;
  }
  if (partOf(record)) {
    return 'Every declared check of this shard passed. What the other shards run is not judged here: ask for a verdict over all of them.';
  }
  return `${whatPassed(record)} One cycle is not a trend: keep monitoring before scaling up.`;
}

/** What passed, and how much of it by a value: what a case of a foreign suite measured nobody but the case knows. */
function whatPassed({ outcomes }: CycleRecord): string {
  const ran = outcomes.filter(({ outcome }) => outcome !== 'skipped');
  const declared = ran.filter(({ definition }) => definition);
  if (declared.length === 0) return 'Every case of the suite passed; what a case measured is its own matter.';
  if (declared.length === ran.length) return 'Every declared check passed and measured its value.';
  return `Every check passed; ${declared.length} of ${ran.length} measured a value.`;
}

/** How the check that has to be looked at first is run alone. */
function runLines({ violations, outcomes }: CycleRecord, { suite }: SummaryOptions): string[] {
  const unknown = outcomes.find(({ outcome }) => outcome === 'unknown')?.id;
  const check = violations.find((violation) => violation.check !== null)?.check ?? unknown;
  const place = check === undefined || !suite ? undefined : locateCheck(check, suite);
  return place ? [`Run it alone: ${printable(placeText(place))}`] : [];
}

function quarantineNote({ check, owner, until, state }: QuarantineState): string[] {
  switch (state) {
    case 'excused':
      return []; // it stands among the failures
    case 'idle':
      return [`· ${check} is in quarantine until ${until} (${owner}) and did not fail`];
    case 'expired':
      return [`! the quarantine of ${check} ended ${until} (${owner}): it excuses nothing any more`];
    case 'absent':
      return [`! the quarantine names ${check} (${owner}), and no check is called that`];
  }
}

/** What a verdict does not show by itself: retries, the quarantine, and what nobody can know of the suite. */
function notes({ outcomes, quarantine = [], completeness, leftBehind = [] }: CycleRecord): string[] {
  const retried = outcomes.flatMap(({ id, measurements }) =>
    measurements
      .filter(({ name }) => name === retriesMeasured)
      .map(({ value, note }) => `↻ ${id} was asked again ${timesText(value)}: ${note}`),
  );
  const unsure =
    completeness === 'unknown' && outcomes.length > 0
      ? [
          '· Nobody has said which checks this suite must hold: one that is missing can’t be noticed in this cycle.',
        ]
      : [];
  const left = leftBehind.map((process) => `! the suite left a process running, it was ended: ${process}`);
  const uncleaned = uncleanedTexts(outcomes).map((text) => `! ${text}`);
  return [...retried, ...left, ...uncleaned, ...quarantine.flatMap(quarantineNote), ...unsure];
}

/** The cycle for a person at a terminal: verdict-bearing groups, objectives, what is red and why, what to do next. */
export function renderSummary(record: CycleRecord, recorded: WrittenCycle, options: SummaryOptions): string {
  const { style, width, cwd } = options;
  const red = record.outcomes.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
  const where = `${record.target.name}${options.embedded ? ' (embedded)' : ''} at ${record.target.url}`;
  const written = recorded.files.map((file) => path.relative(cwd, file) || file);
  const section = (lines: string[]) => (lines.length > 0 ? [...lines, ''] : []);
  return `${[
    '',
    `${style.bold('Vigil')}  ${oneLine(where)}  ${style.dim(record.startedAt.toISOString())}`,
    '',
    ...section(groupRows(record.outcomes, style)),
    ...section(objectiveRows(record, options.thresholds, style)),
    ...red.flatMap((check) => section(checkBlock(check, options))),
    ...section(record.problems.flatMap((problem) => wrapped(printable(`! ${problem}`), '  ', width))),
    ...section(recorded.warnings.flatMap((warning) => wrapped(printable(`! ${warning}`), '  ', width))),
    ...section(notes(record).flatMap((note) => wrapped(printable(note), '  ', width))),
    `${verdictLine[record.verdict](style)}  ${counts(record)}`,
    ...wrapped(printable(nextStep(record)), '', width),
    ...runLines(record, options),
    style.dim(`Written: ${written.join(', ') || 'nothing'}`),
  ].join('\n')}\n`;
}
