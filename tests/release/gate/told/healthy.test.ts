import { expect, test } from 'vitest';
import { inOrder } from '../../../support/in-order.ts';
import { told } from './told.ts';

test('of a healthy watch each condition says what it saw, and nothing to do', () => {
  const said: Record<string, [judged: string, ...words: string[]]> = {
    order: ['pass', '25 %', '50 %', 'next stage'],
    soak: ['pass (50m; ≥ 45m)', '45m', '25 %', '2026-01-05T00:20:00Z', 'over since 2026-01-05T01:05:00Z'],
    rollback: ['pass', 'none', 'v2'],
    clock: ['pass', 'nothing', 'after 2026-01-05T01:10:00Z'],
    target: ['pass', 'http://target'],
    release: ['pass', 'v2'],
    criteria: ['pass', 'as this gate has them'],
    cycles: ['pass (9; ≥ 2)', '9 green since 2026-01-05T00:25:00Z'],
    freshness: ['pass (60 s; ≤ 10m)', 'ended', '2026-01-05T01:09:00Z', 'due every', '5m'],
    coverage: ['pass (100 %; ≥ 95 %)', '9 of 9'],
    gap: ['pass (0 ms; ≤ 15m)', 'no slot'],
    passRate: ['pass (100 %; ≥ 95 %)', '288', '9 cycles'],
    errorRatio: ['pass (0 %; < 0.1 %)', '2,400 operations in 5m'],
    latencyP95: ['pass (45 ms; < 200 ms)', '2,400 operations in 5m'],
    uptime: ['pass (100 %; ≥ 99.9 %)', 'genesis-orchestration', '180 of 180'],
    errorBudget: ['pass (90 %; ≥ 10 %)', '2 errors', '21,600', '45m'],
    ErrorBudgetFastBurn: ['pass (0; ≤ 14.4)', '0.1 and 0.0', '1h and 5m'],
    alerts: ['pass', 'no alert is open'],
    checks: ['pass', '32 passed', '4 not declared'],
    sentinel: ['pass (30m; ≤ 2h)', 'received', '2026-01-05T00:40:00Z', '1s'],
  };
  for (const [id, [judged, ...words]] of Object.entries(said)) {
    const { judged: found, text } = told(() => {}, id);
    expect.soft(found).toBe(judged);
    expect.soft(text).toMatch(inOrder(...words, '→ nothing'));
  }
});
