import { grouped, oneLine } from '../../core/index.ts';
import { alertTitle, lengthText, timeText } from '../report/words.ts';
import type { Episode } from './episodes.ts';
import type { PolicyResult, ReplayDocument } from './replay.ts';

/** A table with columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const clean = rows.map((row) => row.map(oneLine));
  const widths = (clean[0] ?? []).map((_, column) =>
    Math.max(...clean.map((row) => row[column]?.length ?? 0)),
  );
  return clean.map((row) =>
    `${indent}${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

/** A difference to the current policy, with its sign; nothing where either is unknown. */
function against(value: number | null, current: number | null, show: (difference: number) => string): string {
  if (value === null || current === null || value === current) return '';
  return ` (${value > current ? '+' : '−'}${show(Math.abs(value - current))})`;
}

/** When each policy fired each alert: one row for every alert that any of them fired near the same time. */
function alertRows({ recorded, policies }: ReplayDocument): string[][] {
  const columns = [recorded.episodes, ...policies.map(({ episodes }) => episodes)];
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
    for (const one of same) if (one) shown.add(one);
    const cells = same.map((one) =>
      one
        ? `${timeText(one.firedMs).slice(5)} for ${one.resolvedMs === undefined ? '…' : lengthText(one.resolvedMs - one.firedMs)}`
        : '–',
    );
    return [[title, ...cells]];
  });
}

function detectionRows({ truth, recorded, policies }: ReplayDocument): string[][] {
  return truth.incidents.map((incident, index) => {
    const current = policies[0]?.score.detections[index]?.delayMs ?? null;
    const cells = [recorded.score, ...policies.map(({ score }) => score)].map(({ detections }, column) => {
      const found = detections[index];
      if (!found || found.delayMs === null) return 'missed';
      const difference = column > 1 ? against(found.delayMs, current, lengthText) : '';
      return `${lengthText(found.delayMs)}${difference} ${found.alert}`;
    });
    return [incident.name.slice(0, 60), ...cells];
  });
}

function rollbackRows({ truth, recorded, policies }: ReplayDocument): string[][] {
  return truth.incidents.map((incident, index) => [
    incident.name.slice(0, 60),
    ...[recorded.score, ...policies.map(({ score }) => score)].map(({ detections }) => {
      const delay = detections[index]?.rollbackDelayMs ?? null;
      return delay === null ? 'not called for' : lengthText(delay);
    }),
  ]);
}

function sumRows({ recorded, policies, truth }: ReplayDocument): string[][] {
  // Only who labels incidents says that the rest is false.
  const [alarms, calls] = truth.source === 'file' ? ['false', ''] : ['', ' that nobody acted on'];
  const named = (kind: string, what: string) => [alarms, kind, what].filter(Boolean).join(' ') + calls;
  const current = policies[0];
  const count = (
    name: string,
    before: number | null,
    of: (policy: PolicyResult) => number | null,
    unknown = 'unknown',
  ): string[] => [
    name,
    before === null ? unknown : String(before),
    ...policies.map((policy, index) => {
      const value = of(policy);
      const first = current ? of(current) : null;
      return value === null ? unknown : `${value}${index > 0 ? against(value, first, String) : ''}`;
    }),
  ];
  const rollbacks = (episodes: readonly Episode[]) =>
    episodes.filter(({ alert }) => alert === 'RollbackRequired').length;
  const { score, episodes } = recorded;
  return [
    count('alerts that fired', episodes.length, (policy) => policy.episodes.length),
    count('notifications of them', null, ({ told }) => told, 'not kept'),
    count('calls for a rollback', rollbacks(episodes), (policy) => rollbacks(policy.episodes)),
    count('incidents missed', score.detections.length === 0 ? null : score.missed, (policy) =>
      policy.score.detections.length === 0 ? null : policy.score.missed,
    ),
    count(named('', 'alarms'), score.falseAlarms, (policy) => policy.score.falseAlarms),
    count(named('critical', 'alarms'), score.falseCritical, (policy) => policy.score.falseCritical),
    count(named('', 'calls for a rollback'), score.falseRollbacks, (policy) => policy.score.falseRollbacks),
  ];
}

function rolloutRows({ recorded, policies }: ReplayDocument): string[][] {
  const percents = [
    ...new Set([
      ...recorded.taken.map(({ percent }) => percent),
      ...policies.flatMap(({ rollout }) => rollout?.stages.map(({ percent }) => percent) ?? []),
    ]),
  ].sort((a, b) => a - b);
  const takenText = (percent: number): string => {
    const stage = recorded.taken.find((one) => one.percent === percent);
    const deployedMs = policies[0]?.rollout?.deployedMs;
    if (!stage || deployedMs === undefined) return 'not taken';
    return `after ${lengthText(stage.takenMs - deployedMs)}${stage.isOverride ? ', by override' : ''}`;
  };
  return percents.map((percent) => [
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
  const names = policies.map(({ name }) => name);
  const head = (first: string) => [first, 'recorded', ...names];
  const { recorded, onlyRecorded, onlyReplayed } = reproduction;
  const isSame = onlyRecorded.length + onlyReplayed.length === 0;
  const release = policies[0]?.rollout;
  const section = (title: string, rows: readonly (readonly string[])[]) =>
    rows.length > 1 ? ['', title, ...table(rows)] : [];
  return [
    `Replay of ${timeText(fromMs)} to ${timeText(toMs)} UTC: ${grouped(evaluations)} evaluations`,
    isSame
      ? `The current configuration gives exactly the ${recorded} transitions that the loop recorded.`
      : `The current configuration gives other transitions than the loop recorded: ${onlyRecorded.length} only recorded, ${onlyReplayed.length} only replayed.`,
    ...[
      ...onlyRecorded.slice(0, 5).map((line) => `  only recorded: ${line}`),
      ...onlyReplayed.slice(0, 5).map((line) => `  only replayed: ${line}`),
    ].map(oneLine),
    `True incidents: ${truth.explanation}. An alert within ${lengthText(graceMs)} after one still belongs to it.`,
    ...section('When each alert fired (month-day, UTC), and for how long', [
      head('alert'),
      ...alertRows(document),
    ]),
    ...section('Detection: from the begin of the incident to the first alert', [
      head('incident'),
      ...detectionRows(document),
    ]),
    ...section('Rollback: from the begin of the incident to the call for it', [
      head('incident'),
      ...rollbackRows(document),
    ]),
    ...section('In sum', [head(''), ...sumRows(document)]),
    ...(release
      ? section(`Rollout of ${oneLine(release.release)}, asked for as soon as the plan allows`, [
          head('stage'),
          ...rolloutRows(document),
        ])
      : []),
    '',
    ...remarks.map((remark) => `Note: ${remark}.`),
    '',
  ].join('\n');
}
