import { expect, test } from 'vitest';
import { cycleDocument } from '../../../src/views/summary/cycle-document.ts';
import { progressLine } from '../../../src/views/summary/progress.ts';
import { passed, plain, record, recorded } from './record.ts';

const read = (...parameters: Parameters<typeof cycleDocument>) =>
  JSON.parse(JSON.stringify(cycleDocument(...parameters)));

test('the document for machines has the verdict, the figures and every check', () => {
  const fail = passed('H02', { outcome: 'fail', reason: 'down', durationMs: 1500 });
  const document = read(record([passed('H01'), fail], { values: { latencyP95: 0.05 } }), recorded);
  expect(document).toMatchObject({
    version: 1,
    verdict: 'fail',
    durationSeconds: 7,
    target: { name: 'Genesis' },
    signals: {
      passed: 1,
      failed: 1,
      unknown: 0,
      skipped: 0,
      passRate: 0.5,
      coverage: 1,
      values: { latencyP95: 0.05 },
    },
    checks: [
      { id: 'H01', outcome: 'pass', reason: null, measurements: [{ name: 'count', value: 1, met: true }] },
      {
        id: 'H02',
        outcome: 'fail',
        reason: 'down',
        durationSeconds: 1.5,
        priority: 'P1',
        next: 'count again',
      },
    ],
    alerts: [{ alertname: 'HealthCheckFailed', check: 'H02' }],
    files: recorded.files,
    warnings: [],
    problems: [],
  });
});

test('a figure that is no number is null and not met', () => {
  const bound = { operator: '<', value: 10 } as const;
  const measurements = [Number.NaN, Number.POSITIVE_INFINITY].map(
    (value) => ({ name: 'count', value, unit: 'count', bound }) as const,
  );
  const [check] = read(record([passed('H01', { outcome: 'unknown', measurements })]), recorded).checks;
  expect(check.measurements).toMatchObject([
    { value: null, met: false },
    { value: null, met: false },
  ]);
});

test('without a judged check there is no pass rate', () => {
  expect(read(record([]), recorded)).toMatchObject({ verdict: 'inconclusive', signals: { passRate: null } });
});

test('progress is one line of limited width, whatever the name', () => {
  const event = {
    type: 'case',
    name: `\u001b[2K\rname\nPASS ${'x'.repeat(100)}`,
    fullName: '',
    file: '',
    state: 'passed',
    errors: [],
    retries: 0,
    tags: [],
    measurements: [],
  } as const;
  const line = progressLine({ ...event, errors: [], tags: [], measurements: [] }, 3, 36, plain);
  expect(line).toMatch(/^checks 3\/36 {2}✓ name PASS x+$/);
  expect(line.length).toBeLessThan(80);
});
