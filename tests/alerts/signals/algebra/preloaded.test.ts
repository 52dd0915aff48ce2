import { expect, test } from 'vitest';
import { evaluateVector } from '../../../../src/alerts/signals/algebra/evaluate.ts';
import { MemorySource, preloaded } from '../../../../src/alerts/signals/algebra/memory-source.ts';
import { signalExpressions } from '../../../../src/alerts/signals/algebra/named.ts';
import { randomDeployment, randomOf } from './random-series.ts';

const startMs = Date.UTC(2026, 0, 1);
const endMs = startMs + 3 * 3_600_000;

test.each([1, 2, 3])(
  'what was read beforehand answers as the source itself, inside and outside (seed %d)',
  (seed) => {
    const source = new MemorySource();
    for (const { name, labels, points } of randomDeployment(seed, startMs, endMs)) {
      for (const point of points) source.add(name, labels, point);
    }
    let asked = 0;
    const counted = {
      series: (...question: Parameters<MemorySource['series']>) => {
        asked += 1;
        return source.series(...question);
      },
    };
    const loaded = preloaded(counted, startMs + 3_600_000, endMs);
    const random = randomOf(seed);
    let compared = 0;
    for (const [name, expression] of Object.entries(signalExpressions())) {
      for (let index = 0; index < 12; index += 1) {
        const atMs = Math.round(startMs + random() * (endMs - startMs));
        const own = evaluateVector(expression, source, atMs);
        expect.soft(evaluateVector(expression, loaded, atMs), `${name} at ${atMs}`).toEqual(own);
        compared += own.length;
      }
    }
    expect(compared).toBeGreaterThan(100);

    asked = 0;
    const matchers = [{ label: 'job', operator: '=', value: 'genesis-planner' }] as const;
    for (let index = 0; index < 10; index += 1) loaded.series('up', matchers, endMs - 600_000, endMs - index);
    expect(asked).toBe(0);
  },
);
