import { rollbackTriggers } from '../../../alerts/index.ts';
import {
  formatAgainst,
  formatDuration,
  formatValue,
  oneLine,
  type ThresholdTable,
  type thresholds,
} from '../../../core/index.ts';
import type { RollbackPlan } from '../plan.ts';
import type { RollbackRun, RollbackTrigger } from '../runs/run.ts';
import type { Evidence } from './evidence.ts';

export interface IncidentFacts {
  name: string;
  plan: RollbackPlan;
  runs: readonly RollbackRun[];
  before: Evidence | undefined;
  after: Evidence | undefined;
  table: ThresholdTable;
}

const blank = '_(to be filled in by a person)_';
const iso = (ms: number | undefined): string => (ms === undefined ? '–' : new Date(ms).toISOString());
const cell = (text: string): string => oneLine(text).replaceAll('|', '\\|');

const seconds = (ms: number): string => `${(Math.max(0, ms) / 1000).toFixed(1)} s`;

function shownValue({ name, value }: RollbackTrigger, table: ThresholdTable): string {
  const signal = rollbackTriggers.find(({ trigger }) => trigger === name)?.signal;
  if (value === undefined) return 'unknown';
  return signal ? formatValue(value, table[signal].unit) : String(value);
}

function signalRows({ before, after, table }: IncidentFacts): string[] {
  const names = new Set([...Object.keys(before?.values ?? {}), ...Object.keys(after?.values ?? {})]);
  return [...names].map((name) => {
    const { title, unit, slo } = table[name as keyof typeof thresholds];
    const shown = (evidence: Evidence | undefined) => {
      const value = evidence?.values[name as keyof typeof thresholds];
      if (value === undefined) return 'unknown';
      return slo ? formatAgainst(value, slo.value, unit) : formatValue(value, unit);
    };
    return `| ${title} | ${shown(before)} | ${shown(after)} |`;
  });
}

function stageRows(run: RollbackRun): string[] {
  return run.stages.map(({ name, budgetMs, startedMs, endedMs, status, detail }) => {
    const took = startedMs !== undefined && endedMs !== undefined ? seconds(endedMs - startedMs) : '–';
    return `| ${name} | ${iso(startedMs)} | ${took} | ${formatDuration(budgetMs)} | ${status} | ${cell(detail ?? '')} |`;
  });
}

function failing(evidence: Evidence | undefined): string {
  const all = evidence?.lastCycle?.failing ?? [];
  if (!evidence?.lastCycle) return 'no cycle was recorded';
  return all.length === 0
    ? 'none'
    : all.map(({ check, reason }) => `${check}${reason ? ` (${cell(reason)})` : ''}`).join('; ');
}

/** The incident report: everything that is known, and a blank for everything that only a person can know. */
export function incidentReport(facts: IncidentFacts): string {
  const { plan, runs, before, after, name } = facts;
  const [first, last] = [runs[0], runs.at(-1)];
  const { trigger } = plan;
  const totalMs = first && last?.endedMs !== undefined ? last.endedMs - first.startedMs : undefined;
  const target = (run: RollbackRun) => plan.options.find(({ type }) => type === run.type);
  return [
    `# Incident report: ${name}, ${iso(first?.startedMs)}`,
    '',
    `**Outcome:** ${last?.status ?? 'unknown'}: ${oneLine(last?.detail ?? 'not ended')}`,
    '',
    `- Reason: ${oneLine(plan.reason)}`,
    `- Asked by: ${oneLine(plan.who)}`,
    ...(trigger
      ? [
          `- Trigger: ${trigger.name}, last value ${shownValue(trigger, facts.table)}, limit ${trigger.limit ?? 'none'}, crossed since ${iso(trigger.sinceMs)}, fired ${iso(trigger.firedMs)}`,
          `- From the first crossing to the alert: ${seconds(trigger.firedMs - trigger.sinceMs)}`,
          `- From the alert to the decision: ${first ? seconds(first.startedMs - trigger.firedMs) : 'unknown'}`,
        ]
      : ['- Trigger: none, a person decided']),
    `- From the decision to the end: ${totalMs === undefined ? 'not ended' : seconds(totalMs)}`,
    '',
    '## What was done',
    ...runs.flatMap((run) => [
      '',
      `### ${run.type}: ${run.status}`,
      '',
      `From ${cell(target(run)?.from ?? 'unknown')} to ${cell(target(run)?.to ?? 'unknown')}. ${oneLine(run.detail ?? '')}`,
      '',
      '| stage | began | took | budget | status | result |',
      '|---|---|---|---|---|---|',
      ...stageRows(run),
    ]),
    '',
    '## Evidence',
    '',
    '| signal | before | after |',
    '|---|---|---|',
    ...signalRows(facts),
    '',
    `Failing checks before: ${failing(before)}.`,
    '',
    `Failing checks in the last recorded cycle: ${failing(after)}.`,
    '',
    'The signals after it still hold the minutes before it: each looks back over the window of live traffic.',
    '',
    '## For a person',
    '',
    `- Who was affected, and how: ${blank}`,
    `- Root cause: ${blank}`,
    `- Why the checks before the deployment did not find it: ${blank}`,
    `- What was lost or must be repaired (data written since the dump, queued work): ${blank}`,
    `- Who was told, and when: ${blank}`,
    `- What will keep it from happening again, who does it, until when: ${blank}`,
    '',
  ].join('\n');
}
