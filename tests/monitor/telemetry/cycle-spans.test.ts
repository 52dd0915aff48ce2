import { expect, test } from 'vitest';
import type { CycleRecord } from '../../../src/monitor/cycle/cycle-record.ts';
import { cycleSpans, hrTime } from '../../../src/monitor/telemetry/cycle-spans.ts';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { checkSpanId } from '../../../src/suite/run/context.ts';
import { record } from '../../views/summary/record.ts';

const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), isSampled: true };
const redact = (text: string) => text.replaceAll('hunter2', '[redacted]');

const check = (id: string, more: Partial<CheckOutcome>): CheckOutcome => ({
  id,
  title: `${id} title`,
  group: 'health',
  outcome: 'pass',
  executed: true,
  measurements: [],
  ...more,
});
const timed = { startedAtMs: 1000.25, durationMs: 500, caseName: 'health.test.ts > H01 title' };

const spansOf = (outcomes: CheckOutcome[], more: Partial<CycleRecord> = {}) =>
  cycleSpans(record(outcomes, more), trace, redact);

test('a check’s span has the id that its requests named, its own times and what it measured', () => {
  const measurement = { name: 'median', value: 0.12, unit: 'seconds' as const };
  const [, span] = spansOf([check('H01', { ...timed, measurements: [measurement] })]);
  expect(span).toMatchObject({
    name: 'H01 H01 title',
    spanId: checkSpanId(trace.traceId, timed.caseName),
    parentSpanId: trace.spanId,
    startMs: 1000.25,
    endMs: 1500.25,
    status: 'ok',
    attributes: { 'test.case.result.status': 'pass', 'vigil.check.outcome': 'pass' },
    events: [{ timeMs: 1500.25, attributes: { value: 0.12, unit: 'seconds' } }],
  });
});

test('only a pass is ok and only a failure an error: unknown and skipped claim neither', () => {
  const outcomes = (['pass', 'fail', 'unknown', 'skipped'] as const).map((outcome, index) =>
    check(`H0${index}`, { ...timed, caseName: `h > ${index}`, outcome, reason: 'because' }),
  );
  const [, ...spans] = spansOf(outcomes);
  expect(spans.map(({ status }) => status)).toEqual(['ok', 'error', 'unset', 'unset']);
  expect(spans.map(({ attributes }) => attributes['test.case.result.status'])).toEqual([
    'pass',
    'fail',
    undefined,
    undefined,
  ]);
});

test('a check that nobody timed gets no invented times: it is an event of the cycle', () => {
  const spans = spansOf([
    check('H01', { outcome: 'unknown', executed: false, reason: 'missing from the run' }),
  ]);
  expect(spans).toHaveLength(1);
  expect(spans[0]?.events).toMatchObject([
    { attributes: { 'vigil.check.id': 'H01', 'vigil.check.outcome': 'unknown' } },
  ]);
});

test('a secret that a failure names reaches no collector', () => {
  const spans = spansOf([check('H01', { ...timed, outcome: 'fail', reason: 'sent hunter2\nand hunter2' })], {
    problems: ['hunter2 was printed'],
  });
  expect(JSON.stringify(spans)).not.toContain('hunter2');
  expect(JSON.stringify(spans)).toContain('[redacted]');
});

test('times keep their fractions of a millisecond', () => {
  expect(hrTime(1_767_225_600_123.25)).toEqual([1_767_225_600, 123_250_000]);
});
