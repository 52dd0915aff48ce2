import {
  byText,
  formatBeside,
  formatBound,
  holds,
  oneLine,
  type Priority,
  runbookOf,
  type Severity,
  type ThresholdTable,
} from '../../core/index.ts';
import { type CheckOutcome, isFailure } from '../../suite/index.ts';
import type { SignalValues } from '../signals/reading.ts';
import { runbookOfAlert, severityOf } from './rule.ts';
import { ruleDefinitions } from './rules.ts';

/** A limit that this cycle showed crossed; how long it must stay so before it fires is `for_seconds`. */
export interface Violation {
  timestamp: string;
  cycle: string;
  alertname: string;
  severity: Severity;
  priority: Priority;
  /** The check's id, when a failed check is the violation. */
  check: string | null;
  /** In base units; null for a failed check without a number. */
  value: number | null;
  unit: string | null;
  threshold: string | null;
  for_seconds: number;
  summary: string;
  next: string;
  runbook: string;
}

type Stamp = Pick<Violation, 'timestamp' | 'cycle'>;

function ofSignals(values: SignalValues, table: ThresholdTable, stamp: Stamp): Violation[] {
  return ruleDefinitions.flatMap(({ name, priority, next, subject }) => {
    // Whether a service is down the cycle knows by itself.
    if (subject.by !== 'threshold' || subject.signal === 'uptime') return [];
    const value = values[subject.signal];
    const { title, unit, [subject.level]: bound } = table[subject.signal];
    if (value === undefined || !bound || !holds(bound, value)) return [];
    const threshold = formatBound(bound, unit);
    return [
      {
        ...stamp,
        alertname: name,
        severity: severityOf(priority),
        priority,
        check: null,
        value,
        unit,
        threshold,
        for_seconds: bound.forSeconds ?? 0,
        summary: `${title} ${formatBeside(value, bound.value, unit)} (${threshold})`,
        next,
        runbook: runbookOfAlert(name),
      },
    ];
  });
}

function ofChecks(outcomes: readonly CheckOutcome[], stamp: Stamp): Violation[] {
  return outcomes.filter(isFailure).map(({ id, title, shown, reason, definition, measurements }) => {
    const worst = measurements.find(({ bound, value }) => bound && !holds(bound, value));
    const named = worst && Number.isFinite(worst.value) ? worst : undefined;
    return {
      ...stamp,
      alertname: 'HealthCheckFailed',
      severity: definition?.severity ?? 'critical',
      priority: definition?.priority ?? 'P1',
      check: id,
      value: named?.value ?? null,
      unit: named?.unit ?? null,
      threshold: named?.bound ? formatBound(named.bound, named.unit) : null,
      for_seconds: 0,
      summary: oneLine(
        `${definition ? `${id} ${title}` : (shown ?? id)}: ${(reason ?? 'failed').split('\n', 1)[0]?.replace(`; next: ${definition?.next}`, '')}`,
      ),
      next: definition?.next ?? 'read the check’s message',
      runbook: definition ? runbookOf(definition) : '',
    };
  });
}

/** Every limit that this cycle showed crossed, the gravest first. */
export function violationsOf(
  cycle: { outcomes: readonly CheckOutcome[]; values: SignalValues; down?: string | undefined },
  table: ThresholdTable,
  stamp: Stamp,
): Violation[] {
  const down: Violation[] = cycle.down
    ? [
        {
          ...stamp,
          alertname: 'ServiceDown',
          severity: 'critical',
          priority: 'P0',
          check: null,
          value: 0,
          unit: 'ratio',
          threshold: null,
          for_seconds: table.uptime.critical?.forSeconds ?? 0,
          summary: cycle.down,
          next: 'is the process running? start it, or roll back',
          runbook: runbookOfAlert('ServiceDown'),
        },
      ]
    : [];
  // A failed check says more than the pass rate that it lowers, so it stands first among equals.
  const all = [...down, ...ofChecks(cycle.outcomes, stamp), ...ofSignals(cycle.values, table, stamp)];
  return all.sort((a, b) => byText(a.priority, b.priority));
}
