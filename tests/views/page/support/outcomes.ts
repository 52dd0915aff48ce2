import { catalogue } from '../../../../health-tests/catalogue.ts';
import type { CheckDefinition } from '../../../../src/core/catalogue/check-definition.ts';
import type { Measurement } from '../../../../src/core/catalogue/measurement.ts';
import { opposite } from '../../../../src/core/thresholds/bound.ts';
import {
  resolveThreshold,
  type ThresholdRef,
  thresholds,
} from '../../../../src/core/thresholds/thresholds.ts';
import type { CheckOutcome } from '../../../../src/suite/outcomes/check-outcome.ts';
import { during, type Incident, noise } from './incident.ts';

/** What a healthy deployment measures, as a share of the limit for a `<` and a multiple for a `>`. */
function healthy(check: CheckDefinition, atMs: number): Measurement {
  if (!check.threshold) {
    return {
      name: 'answered as it must',
      value: 6,
      unit: 'count',
      bound: { operator: '>=', value: 6 },
      sample: 6,
    };
  }
  const { bound, unit, title } = resolveThreshold(thresholds, check.threshold as ThresholdRef);
  // A rollback trigger's bound says when it is crossed; a check's measurement says what must hold.
  const must = check.threshold.endsWith('.rollback') ? opposite(bound) : bound;
  const isFloor = must.operator.startsWith('>');
  const around = 0.2 + noise(atMs / 1000 + check.id.charCodeAt(2) * 7) * 0.15;
  const isErrors = check.threshold.startsWith('errorRatio');
  const isRate = unit === 'ratio' && isFloor;
  const value = isErrors ? 0 : isRate ? 1 : isFloor ? bound.value * (2 - around) : bound.value * around;
  return { name: title, value, unit, bound: { operator: must.operator, value: must.value }, sample: 1200 };
}

const undeclared = new Set(['C01', 'C02', 'C03', 'C13']);

const broken: { kind: Incident['kind']; checks: Record<string, [value: number, said: string]> }[] = [
  {
    kind: 'slow',
    checks: {
      H11: [0.317, 'median latency 317 ms (must be < 200 ms, n = 5)'],
      S02: [0.402, 'P95 latency 402 ms (must be < 200 ms, n = 120)'],
      C07: [0.412, 'live P95 latency 412 ms (must be < 200 ms, n = 1464)'],
    },
  },
  {
    kind: 'errors',
    checks: {
      S03: [0.02, 'errors per operation 2 % (must be < 0.1 %, n = 120)'],
      C06: [0.021, 'live error ratio 2.1 % (must be < 0.1 %, n = 1464)'],
    },
  },
  { kind: 'halo', checks: { C07: [0.412, 'live P95 latency 412 ms (must be < 200 ms, n = 3120)'] } },
  { kind: 'down', checks: { H01: [0, 'the target does not answer: connect ECONNREFUSED'] } },
  { kind: 'flip', checks: { C10: [8.4, 'throughput 8.4/s (must be ≥ 10/s, n = 60)'] } },
];

const starved = new Set(['C06', 'C07', 'R01', 'R03']);

/** The outcomes of one cycle of the 36 checks at a time. */
export function outcomesAt(atMs: number, incidents: readonly Incident[]): CheckOutcome[] {
  const faults = Object.assign(
    {},
    ...broken.filter(({ kind }) => during(incidents, kind, atMs)).map(({ checks }) => checks),
  ) as Record<string, [number, string]>;
  return catalogue.map((definition, index): CheckOutcome => {
    const base = { id: definition.id, title: definition.title, group: definition.group, definition };
    if (undeclared.has(definition.id)) {
      return { ...base, outcome: 'skipped', executed: false, measurements: [], reason: 'not declared' };
    }
    const durationMs = 20 + Math.round(noise(atMs + index) * 400);
    const isStarved = starved.has(definition.id) && during(incidents, 'starved', atMs);
    if (isStarved) {
      const reason = 'no live traffic in the last 5 min: 0 operations, at least 100 are needed';
      return { ...base, outcome: 'unknown', executed: true, measurements: [], reason, durationMs };
    }
    const measurement = healthy(definition, atMs);
    const fault = faults[definition.id];
    if (!fault) return { ...base, outcome: 'pass', executed: true, measurements: [measurement], durationMs };
    const [value, reason] = fault;
    return {
      ...base,
      outcome: 'fail',
      executed: true,
      measurements: [{ ...measurement, value }],
      reason,
      durationMs,
    };
  });
}
