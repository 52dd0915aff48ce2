import type { Attributes, HrTime } from '@opentelemetry/api';
import { describeMeasurement } from '../../core/index.ts';
import { type CheckOutcome, type CycleTrace, checkSpanId } from '../../suite/index.ts';
import type { CycleRecord } from '../cycle/cycle-record.ts';

/** What a span says, before it is put into the SDK's form. Times are milliseconds since 1970, with fraction. */
export interface SpanFacts {
  name: string;
  spanId: string;
  parentSpanId?: string | undefined;
  startMs: number;
  endMs: number;
  status: 'ok' | 'error' | 'unset';
  message?: string | undefined;
  attributes: Attributes;
  events: { name: string; timeMs: number; attributes: Attributes }[];
}

/** Milliseconds as seconds and nanoseconds, as the SDK keeps times. */
export function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

/** Only a pass is ok and only a failure an error: of the rest nothing is claimed. */
const statusOf = {
  pass: 'ok',
  fail: 'error',
  unknown: 'unset',
  skipped: 'unset',
  inconclusive: 'unset',
} as const;

type Redact = (text: string) => string;

function aboutCheck(check: CheckOutcome, redact: Redact): Attributes {
  const { id, title, group, outcome, executed, reason, definition } = check;
  const { service, instance } = definition ?? {};
  return {
    'test.case.name': title === id ? id : `${id} ${title}`,
    'test.suite.name': group,
    // The convention knows nothing but pass and fail.
    ...((outcome === 'pass' || outcome === 'fail') && { 'test.case.result.status': outcome }),
    'vigil.check.id': id,
    'vigil.check.outcome': outcome,
    'vigil.check.executed': executed,
    ...(service !== undefined && { 'vigil.check.service': service }),
    ...(instance !== undefined && { 'vigil.check.instance': instance }),
    ...(reason !== undefined && { 'vigil.check.reason': redact(reason) }),
  };
}

function checkSpan(check: CheckOutcome, trace: CycleTrace, redact: Redact): SpanFacts | undefined {
  const { caseName, startedAtMs, durationMs, outcome, reason, id, title, measurements } = check;
  if (caseName === undefined || startedAtMs === undefined || durationMs === undefined) return undefined;
  const endMs = startedAtMs + durationMs;
  return {
    name: title === id ? id : `${id} ${title}`,
    spanId: checkSpanId(trace.traceId, caseName),
    parentSpanId: trace.spanId,
    startMs: startedAtMs,
    endMs,
    status: statusOf[outcome],
    message: outcome === 'fail' && reason ? redact(reason.split('\n', 1)[0] ?? '') : undefined,
    attributes: aboutCheck(check, redact),
    events: measurements.map((measurement) => ({
      name: redact(describeMeasurement(measurement)),
      timeMs: endMs,
      attributes: { value: measurement.value, unit: measurement.unit },
    })),
  };
}

/**
 * The spans of a cycle: the cycle's own and, as its children, one for each check that the run itself timed. A check
 * that never ran, or of which only a report tells, has no times of its own: it is an event of the cycle.
 */
export function cycleSpans(
  record: CycleRecord,
  trace: CycleTrace,
  redact: Redact,
): [cycle: SpanFacts, ...checks: SpanFacts[]] {
  const startMs = record.startedAt.getTime();
  const endMs = startMs + record.durationMs;
  const spans = record.outcomes.map((check) => [check, checkSpan(check, trace, redact)] as const);
  const { passed, failed, unknown, skipped, passRate, coverage } = record.signals;
  const cycle: SpanFacts = {
    name: 'cycle',
    spanId: trace.spanId,
    startMs,
    endMs,
    status: statusOf[record.verdict],
    message: record.verdict === 'fail' ? `${failed} of ${record.outcomes.length} checks failed` : undefined,
    attributes: {
      'vigil.cycle.id': record.id,
      'vigil.cycle.verdict': record.verdict,
      'vigil.cycle.target': record.target.url,
      'vigil.cycle.passed': passed,
      'vigil.cycle.failed': failed,
      'vigil.cycle.unknown': unknown,
      'vigil.cycle.skipped': skipped,
      'vigil.cycle.coverage': coverage,
      ...(passRate !== undefined && { 'vigil.cycle.pass_rate': passRate }),
      ...(record.problems.length > 0 && { 'vigil.cycle.problems': record.problems.map(redact) }),
    },
    events: spans.flatMap(([check, span]) =>
      span ? [] : [{ name: 'check without times', timeMs: endMs, attributes: aboutCheck(check, redact) }],
    ),
  };
  return [cycle, ...spans.flatMap(([, span]) => span ?? [])];
}
