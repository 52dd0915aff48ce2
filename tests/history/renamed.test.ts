import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { failureFingerprint, isNewFailure } from '../../src/suite/outcomes/fingerprint.ts';
import { outcomeOf } from '../suite/outcomes/outcome-of.ts';
import { cycle } from './cycle.ts';
import { folder, opened } from './folder.ts';

const recorded = fileURLToPath(new URL('../../fixtures/recorded/sqlite', import.meta.url));
const nowMs = Date.parse('2026-01-05T10:00:00Z');
const old = 'inventory › counts the stock';
const id = `shop › ${old}`;

/** A folder that was recorded when checks were called by class and name. */
function before() {
  const reports = folder();
  cpSync(recorded, reports, { recursive: true });
  return opened(path.join(reports), { now: () => new Date(nowMs) });
}

const named = (history: ReturnType<typeof before>) =>
  history
    .query('SELECT name, count(*) AS n FROM outcomes JOIN checks ON checks.id = "check" GROUP BY 1')
    .filter(({ name }) => String(name).endsWith(old));

test('what was recorded by class and name goes over to the check that was called so', () => {
  const history = before();
  const [{ n = 0 } = {}] = named(history);
  expect(named(history)).toEqual([{ name: old, n }]);
  const outcomes = [{ ...outcomeOf(id, 'pass'), was: old }];
  history.recordCycle({ ...cycle(nowMs), outcomes });
  expect(named(history)).toEqual([{ name: id, n: Number(n) + 1 }]);
  history.recordCycle({ ...cycle(nowMs + 1), outcomes });
  expect(named(history)).toEqual([{ name: id, n: Number(n) + 2 }]);
});

test('a failure that the baseline knows under the former name stays known', () => {
  const history = before();
  const reason = 'it counted 3 of 4';
  history.saveBaseline([{ check: old, fingerprint: failureFingerprint({ id: old, reason }), timeMs: nowMs }]);
  const baseline = () => new Map(history.baseline().map((entry) => [entry.check, entry.fingerprint]));
  const failing = { ...outcomeOf(id, 'fail'), was: old, reason };
  expect(isNewFailure(failing, baseline())).toBe(false);
  expect(isNewFailure({ ...failing, was: undefined }, baseline())).toBe(true);
  history.recordCycle({ ...cycle(nowMs), outcomes: [failing] });
  // From now on nobody needs its former name.
  expect([...baseline().keys()]).toEqual([id]);
  expect(isNewFailure({ ...failing, was: undefined }, baseline())).toBe(false);
  expect(isNewFailure({ ...failing, reason: 'the shelf is gone' }, baseline())).toBe(true);
});

test('where several checks were called so, none takes what was recorded', () => {
  const history = before();
  const [{ n = 0 } = {}] = named(history);
  history.recordCycle({
    ...cycle(nowMs),
    outcomes: [outcomeOf(id, 'pass'), outcomeOf(`x › ${old}`, 'pass')],
  });
  expect(named(history)).toEqual([
    { name: old, n },
    { name: id, n: 1 },
    { name: `x › ${old}`, n: 1 },
  ]);
});
