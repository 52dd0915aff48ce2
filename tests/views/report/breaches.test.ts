import { expect, test } from 'vitest';
import type { AlertEpisode } from '../../../src/views/report/alert-episodes.ts';
import { withBreaches } from '../../../src/views/report/breaches.ts';
import { objectiveState } from '../../../src/views/report/words.ts';

const minute = 60_000;
const window = { fromMs: 0, toMs: 120 * minute };

const episode = (signal: string, firedMin: number, resolvedMin: number | null): AlertEpisode => ({
  alert: 'HighLatencyP95',
  labels: { signal },
  severity: 'critical',
  priority: 'P1',
  pendingMs: firedMin * minute,
  firedMs: firedMin * minute,
  resolvedMs: resolvedMin === null ? null : resolvedMin * minute,
  durationMs: 0,
  value: null,
  acknowledgedBy: null,
});

const breachesOf = (...episodes: AlertEpisode[]) =>
  withBreaches([{ signal: 'latencyP95' }], episodes, window)[0]?.breaches;

test('breaches are the times in which an alert of the objective fired, within the window, those that overlap once', () => {
  expect(breachesOf(episode('error_ratio', 10, 20))).toEqual({ count: 0, totalMs: 0 });
  expect(
    breachesOf(
      episode('latency', -10, 5),
      episode('latency', 20, 40),
      episode('latency', 30, 50),
      episode('latency', 110, null),
    ),
  ).toEqual({ count: 3, totalMs: (5 + 30 + 10) * minute });
});

test('an objective that is met on average says that it was breached, and is not green', () => {
  const never = { count: 0, totalMs: 0 };
  const twice = { count: 2, totalMs: 14 * minute };
  expect(objectiveState({ state: 'met', breaches: never })).toEqual({ text: '✓ met', tone: 'good' });
  expect(objectiveState({ state: 'met', breaches: twice })).toEqual({
    text: '! met on average, breached twice, 14m in all',
    tone: 'warn',
  });
  expect(objectiveState({ state: 'missed', breaches: twice })).toEqual({
    text: '✗ missed, breached twice, 14m in all',
    tone: 'bad',
  });
});
