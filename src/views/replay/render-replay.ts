import { grouped, oneLine } from '../../core/index.ts';
import { alertTitle, lengthText, timeText } from '../report/words.ts';
import type { Episode, PolicyResult, ReplayDocument } from './replay-schema.ts';
import type { Detection } from './score.ts';

/** A table with columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string[] {
  const clean = rows.map((row) => row.map(oneLine));
  const widths = (clean[0] ?? []).map((_, column) =>
    Math.max(...clean.map((row) => row[column]?.length ?? 0)),
  );
  return clean.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

/** What the loop said itself, then each policy, the current one first. */
type Column = Pick<PolicyResult, 'episodes' | 'score'> & Partial<PolicyResult>;

const columnsOf = ({ recorded, policies }: ReplayDocument): Column[] => [recorded, ...policies];

/** A difference to the current policy, with its sign; nothing where either is unknown. */
function against(
  value: number,
  current: number | null | undefined,
  show: (difference: number) => string,
): string {
  if (current === null || current === undefined || value === current) return '';
  return ` (${value > current ? '+' : '−'}${show(Math.abs(value - current))})`;
}

/** When each policy fired each alert: one row for every alert that any of them fired near the same time. */
function alertRows(document: ReplayDocument): string[][] {
  const columns = columnsOf(document).map(({ episodes }) => episodes);
  const shown = new Set<Episode>();
  const all = columns.flat().sort((a, b) => a.pendingMs - b.pendingMs || a.firedMs - b.firedMs);
  return all.flatMap((episode): string[][] => {
    if (shown.has(episode)) return [];
    const title = alertTitle(episode);
    // The same alert of another policy: open at the same time.
    const same = columns.map((episodes) =>
      episodes.find(
        (other) =>
          !shown.has(other) &&
          alertTitle(other) === title &&
          other.pendingMs <= (episode.resolvedMs ?? Number.POSITIVE_INFINITY) &&
          (other.resolvedMs ?? Number.POSITIVE_INFINITY) >= episode.pendingMs,
      ),
    );
    const cells = same.map((one) => {
      if (!one) return '–';
      shown.add(one);
      const length = one.resolvedMs === undefined ? '…' : lengthText(one.resolvedMs - one.firedMs);
      return `${timeText(one.firedMs).slice(5)} for ${length}`;
    });
    return [[title, ...cells]];
  });
}

/** A row for each incident; a policy beside the current one is told what that made of it. */
const incidentRows = (
  document: ReplayDocument,
  cell: (found: Detection | undefined, current: Detection | undefined) => string,
): string[][] =>
  document.truth.incidents.map(({ name }, incident) => {
    const [recorded, current, ...others] = columnsOf(document).map(({ score }) => score.detections[incident]);
    return [
      name.slice(0, 60),
      cell(recorded, undefined),
      cell(current, undefined),
      ...others.map((other) => cell(other, current)),
    ];
  });

function detectionText(found: Detection | undefined, current: Detection | undefined): string {
  if (!found || found.delayMs === null) return 'missed';
  return `${lengthText(found.delayMs)}${against(found.delayMs, current?.delayMs, lengthText)} ${found.alert}`;
}

function rollbackText(found: Detection | undefined): string {
  const delayMs = found?.rollbackDelayMs ?? null;
  return delayMs === null ? 'not called for' : lengthText(delayMs);
}

function sumRows(document: ReplayDocument): string[][] {
  // Only who labels incidents says that the rest is false.
  const isLabelled = document.truth.source === 'file';
  const named = (what: string) => (isLabelled ? `false ${what}` : `${what} that nobody acted on`);
  const sums: Record<string, (column: Column) => number | null | undefined> = {
    'alerts that fired': ({ episodes }) => episodes.length,
    'notifications of them': ({ told }) => told,
    'calls for a rollback': ({ episodes }) =>
      episodes.filter(({ alert }) => alert === 'RollbackRequired').length,
    'incidents missed': ({ score }) => (score.detections.length === 0 ? null : score.missed),
    [named('alarms')]: ({ score }) => score.falseAlarms,
    [named('critical alarms')]: ({ score }) => score.falseCritical,
    [named('calls for a rollback')]: ({ score }) => score.falseRollbacks,
  };
  return Object.entries(sums).map(([name, of]) => {
    const values = columnsOf(document).map(of);
    return [
      name,
      ...values.map((value, column) => {
        if (value === undefined) return 'not kept';
        return value === null ? 'unknown' : `${value}${column > 1 ? against(value, values[1], String) : ''}`;
      }),
    ];
  });
}

function rolloutRows({ recorded, policies }: ReplayDocument): string[][] {
  const planned = policies.flatMap(({ rollout }) => rollout?.stages ?? []);
  const percents = new Set([...recorded.taken, ...planned].map(({ percent }) => percent));
  const takenText = (percent: number): string => {
    const stage = recorded.taken.find((one) => one.percent === percent);
    const deployedMs = policies[0]?.rollout?.deployedMs;
    if (!stage || deployedMs === undefined) return 'not taken';
    return `after ${lengthText(stage.takenMs - deployedMs)}${stage.isOverride ? ', by override' : ''}`;
  };
  return [...percents]
    .sort((a, b) => a - b)
    .map((percent) => [
      `${percent} %`,
      takenText(percent),
      ...policies.map(({ rollout }) => {
        const stage = rollout?.stages.find((one) => one.percent === percent);
        if (!stage || !rollout) return 'not reached';
        if (stage.takenMs === null) return `shut: ${stage.heldBy[0]?.split(':', 1)[0] ?? 'no reason'}`;
        const late = stage.takenMs - stage.dueMs;
        return `after ${lengthText(stage.takenMs - rollout.deployedMs)}${late > 0 ? `, held ${lengthText(late)}` : ''}`;
      }),
    ]);
}

/** The replay for a person: side by side, the current configuration first. */
export function renderReplay(document: ReplayDocument): string {
  const { fromMs, toMs, evaluations, reproduction, truth, policies, remarks, graceMs } = document;
  const { recorded, onlyRecorded, onlyReplayed } = reproduction;
  const isSame = onlyRecorded.length + onlyReplayed.length === 0;
  const release = policies[0]?.rollout?.release;
  const section = (title: string, first: string, rows: readonly (readonly string[])[]) =>
    rows.length > 0
      ? ['', title, ...table([[first, 'recorded', ...policies.map(({ name }) => name)], ...rows])]
      : [];
  return [
    isSame
      ? `The current configuration gives exactly the ${recorded} transitions that the loop recorded.`
      : `The current configuration gives other transitions than the loop recorded: ${onlyRecorded.length} only recorded, ${onlyReplayed.length} only replayed.`,
    `Replay of ${timeText(fromMs)} to ${timeText(toMs)} UTC: ${grouped(evaluations)} evaluations`,
    ...[
      ...onlyRecorded.slice(0, 5).map((line) => `  only recorded: ${line}`),
      ...onlyReplayed.slice(0, 5).map((line) => `  only replayed: ${line}`),
    ].map(oneLine),
    `True incidents: ${truth.explanation}. An alert within ${lengthText(graceMs)} after one still belongs to it.`,
    ...section('When each alert fired (month-day, UTC), and for how long', 'alert', alertRows(document)),
    ...section(
      'Detection: from the begin of the incident to the first alert',
      'incident',
      incidentRows(document, detectionText),
    ),
    ...section(
      'Rollback: from the begin of the incident to the call for it',
      'incident',
      incidentRows(document, rollbackText),
    ),
    ...section('In sum', '', sumRows(document)),
    ...(release === undefined
      ? []
      : section(
          `Rollout of ${oneLine(release)}, asked for as soon as the plan allows`,
          'stage',
          rolloutRows(document),
        )),
    '',
    ...remarks.map((remark) => `Note: ${remark}.`),
    '',
  ].join('\n');
}
