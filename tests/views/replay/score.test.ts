import { describe, expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { episodesOf } from '../../../src/views/replay/episodes.ts';
import { labelledIncidents, type Truth } from '../../../src/views/replay/incidents.ts';
import { readPolicy } from '../../../src/views/replay/policy.ts';
import type { Episode } from '../../../src/views/replay/replay-schema.ts';
import { scoreOf } from '../../../src/views/replay/score.ts';

const minute = 60_000;
const episode = (alert: string, fired: number, resolved?: number, severity = 'critical'): Episode => ({
  alert,
  labels: {},
  severity,
  pendingMs: fired * minute,
  firedMs: fired * minute,
  resolvedMs: resolved === undefined ? undefined : resolved * minute,
});
const truth = (...incidents: { from: number; to: number; alerts?: string[] }[]): Truth => ({
  source: 'file',
  explanation: '',
  incidents: incidents.map(({ from, to, alerts }) => ({
    name: `${from}`,
    fromMs: from * minute,
    toMs: to * minute,
    alerts,
  })),
});

describe('a score', () => {
  test.each<[string, Episode[], number | null]>([
    ['fires within it', [episode('A', 103, 109)], 3],
    ['fired before it and still does', [episode('A', 90, 101)], 0],
    ['was over before it', [episode('A', 90, 99)], null],
    ['fires within the grace after it', [episode('A', 124, 130)], 24],
    ['fires after the grace', [episode('A', 126, 130)], null],
    ['fires and never ends', [episode('A', 105)], 5],
    ['is one that pages nobody', [episode('A', 105, 110, 'info')], null],
    ['comes second', [episode('B', 108, 110), episode('A', 102, 110)], 2],
  ])('counts an alert that %s', (_, episodes, delayMin) => {
    const { detections, missed } = scoreOf(episodes, truth({ from: 100, to: 110 }), 15 * minute);
    expect(detections[0]?.delayMs ?? null).toBe(delayMin === null ? null : delayMin * minute);
    expect(missed).toBe(delayMin === null ? 1 : 0);
  });

  test('asks for the alerts that the incident names', () => {
    const episodes = [episode('A', 101, 110), episode('B', 104, 110)];
    const { detections } = scoreOf(episodes, truth({ from: 100, to: 110, alerts: ['B'] }), 0);
    expect(detections).toMatchObject([{ alert: 'B', delayMs: 4 * minute }]);
  });

  test('counts as false what no incident explains, critical ones and calls for a rollback apart', () => {
    const episodes = [
      episode('A', 101, 110),
      episode('A', 200, 210),
      episode('W', 300, 310, 'warning'),
      episode('RollbackRequired', 400, 410),
      episode('I', 500, 510, 'info'),
    ];
    expect(scoreOf(episodes, truth({ from: 100, to: 110 }), 0)).toMatchObject({
      falseAlarms: 3,
      falseCritical: 2,
      falseRollbacks: 1,
    });
  });

  test('calls nothing false when nothing is known to be true', () => {
    const nothing: Truth = { source: 'nothing', explanation: '', incidents: [] };
    expect(scoreOf([episode('A', 1, 2)], nothing, 0)).toMatchObject({
      falseAlarms: null,
      falseCritical: null,
    });
  });
});

test('episodes are told apart by their labels, and data that went missing ends none', () => {
  const change = (trigger: string, from: string, to: string, min: number) => ({
    alert: 'R',
    labels: { trigger, severity: 'critical' },
    from,
    to,
    timeMs: min * minute,
  });
  const episodes = episodesOf([
    change('a', 'inactive', 'pending', 1),
    change('b', 'inactive', 'firing', 2),
    change('a', 'pending', 'firing', 3),
    change('b', 'firing', 'firing', 4),
    change('b', 'firing', 'resolved', 5),
    change('a', 'firing', 'resolved', 6),
    change('b', 'inactive', 'pending', 7),
    change('b', 'pending', 'inactive', 8),
    change('b', 'inactive', 'firing', 9),
  ]);
  expect(
    episodes.map(({ labels, pendingMs, firedMs, resolvedMs }) => [
      labels.trigger,
      pendingMs / minute,
      firedMs / minute,
      (resolvedMs ?? Number.NaN) / minute,
    ]),
  ).toEqual([
    ['b', 2, 2, 5],
    ['a', 1, 3, 6],
    ['b', 9, 9, Number.NaN],
  ]);
});

describe('bad input is named', () => {
  const recorded = validateConfig({}, 'defaults');
  test.each<[string, unknown, RegExp]>([
    ['an unknown key', { thresholdz: {} }, /p\.ts: unknown key "thresholdz"/],
    ['an unknown key inside', { rollout: { plans: [] } }, /rollout: unknown key "plans"/],
    ['an unknown signal', { thresholds: { latency: {} } }, /thresholds.*latency/],
    ['an unknown rule', { rules: { HighErrorRat: {} } }, /rules: unknown key "HighErrorRat"|HighErrorRate/],
    [
      'an unknown time of a rule',
      { rules: { HighErrorRate: { for: 5 } } },
      /rules\.HighErrorRate: unknown key "for"/,
    ],
    [
      'a time that is none',
      { rules: { HighErrorRate: { forSeconds: -1 } } },
      /rules\.HighErrorRate\.forSeconds/,
    ],
    ['no object', 'strict', /p\.ts: /],
  ])('a policy with %s', (_, input, says) => {
    expect(() => readPolicy('p', input, 'p.ts', recorded)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(says) }),
    );
  });

  test.each<[string, unknown, RegExp]>([
    ['no list', {}, /expected a list of incidents/],
    ['an empty list', [], /at least one incident/],
    [
      'a time without a zone',
      [{ name: 'a', from: '2026-01-05T06:00', to: '2026-01-05T07:00:00Z' }],
      /\[0\]\.from: expected a time/,
    ],
    [
      'an end before its begin',
      [{ name: 'a', from: '2026-01-05T06:00:00Z', to: '2026-01-05T05:00:00Z' }],
      /expected "from" before "to"/,
    ],
    [
      'an unknown key',
      [{ name: 'a', from: '2026-01-05T06:00:00Z', to: '2026-01-05T07:00:00Z', alert: 'x' }],
      /unknown key "alert"/,
    ],
  ])('incidents with %s', (_, input, says) => {
    expect(() => labelledIncidents(input, 'incidents.json')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(says) }),
    );
  });
});
