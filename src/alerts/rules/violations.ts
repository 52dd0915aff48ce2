import {
  byText,
  formatAgainst,
  formatBound,
  holds,
  oneLine,
  type Priority,
  runbookOf,
  type Severity,
  type SignalName,
  subjectLabels,
  type ThresholdTable,
} from '../../core/index.ts';
import { type CheckOutcome, isFailure } from '../../suite/index.ts';
import { defaultNaming, type SignalNaming } from '../signals/algebra/signal-naming.ts';
import { errorsToTell, operationsForP95, operationsToResolve } from '../signals/judge.ts';
import type { LiveWindow } from '../signals/live-window.ts';
import type { SignalValues } from '../signals/reading.ts';
import { isJudged } from './make-rules.ts';
import { passRateStep } from './pass-rate-step.ts';
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
  /** Of whom a failed check tells. */
  service?: string;
  instance?: string;
}

type Stamp = Pick<Violation, 'timestamp' | 'cycle'>;

/** What a cycle showed. */
interface Shown {
  outcomes: readonly CheckOutcome[];
  values: SignalValues;
  /** The live traffic that the values are made of; without it they count however few operations there were. */
  live?: LiveWindow | undefined;
  /** Why a service is down, and what to do about it. */
  down?: { summary: string; next: string } | undefined;
}

/** Whether enough operations tell of a value, as the rule of the same limit asks for them. */
function isSufficient(signal: SignalName, limit: number, live: Shown['live']): boolean {
  if (live === undefined) return true;
  if (signal === 'latencyP95') return live.operations >= operationsForP95;
  if (signal !== 'errorRatio') return true;
  return live.operations >= operationsToResolve(limit) || live.errors >= errorsToTell(limit);
}

function ofSignals(
  { outcomes, values, live }: Shown,
  table: ThresholdTable,
  stamp: Stamp,
  naming: SignalNaming,
): Violation[] {
  return ruleDefinitions.flatMap(({ name, priority, next, subject }) => {
    // Whether a service is down the cycle knows by itself.
    if (subject.by !== 'threshold' || subject.signal === 'uptime' || !isJudged(subject, naming)) return [];
    const value = values[subject.signal];
    const { title, unit, [subject.level]: bound } = table[subject.signal];
    if (value === undefined || !bound || !holds(bound, value)) return [];
    if (!isSufficient(subject.signal, bound.value, live)) return [];
    const threshold = formatBound(bound, unit);
    const step = subject.signal === 'passRate' ? passRateStep(outcomes) : undefined;
    const summary = `${title} ${formatAgainst(value, bound.value, unit)} (${threshold})`;
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
        summary: step ? `${step.cause}; ${summary}` : summary,
        next: step?.next ?? next,
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
      ...subjectLabels(definition),
    };
  });
}

/** Every limit that this cycle showed crossed, the gravest first. */
export function violationsOf(
  cycle: Shown,
  table: ThresholdTable,
  stamp: Stamp,
  naming: SignalNaming = defaultNaming,
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
          ...cycle.down,
          runbook: runbookOfAlert('ServiceDown'),
        },
      ]
    : [];
  // A failed check says more than the pass rate that it lowers, so it stands first among equals.
  const all = [...down, ...ofChecks(cycle.outcomes, stamp), ...ofSignals(cycle, table, stamp, naming)];
  return all.sort((a, b) => byText(a.priority, b.priority));
}
