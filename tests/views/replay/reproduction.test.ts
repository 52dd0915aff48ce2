import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VigilConfig } from '../../../src/core/config/schema.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { openHistoryReader } from '../../../src/history/open-history.ts';
import { policyOf, readPolicy } from '../../../src/views/replay/policy.ts';
import { replay } from '../../../src/views/replay/replay.ts';
import type { ReplayDocument } from '../../../src/views/replay/replay-schema.ts';
import { actOn, minute, startMs, type WatchedHours, watchHours } from '../report/watched-hours.ts';

let watched: WatchedHours;
beforeAll(async () => {
  // Killed in the middle of the slow stretch, with an alert pending, and started again.
  watched = await watchHours(3, { restartMin: 104 });
  actOn(watched.history);
});
afterAll(() => watched?.remove());

function replayed(
  config: VigilConfig,
  policies: Record<string, object> = {},
  more: object = {},
): ReplayDocument {
  const reader = openHistoryReader({ file: watched.history.file, now: () => new Date(watched.endMs) });
  const document = replay(reader, {
    config,
    nowMs: watched.endMs,
    graceMs: 10 * minute,
    catalogue: undefined,
    current: policyOf('current', config, config),
    others: Object.entries(policies).map(([name, input]) => readPolicy(name, input, `${name}.ts`, config)),
    ...more,
  });
  reader.close();
  if (!document) throw new Error('there was nothing to replay');
  return document;
}

const atMin = (timeMs: number | undefined) => timeMs !== undefined && Math.round((timeMs - startMs) / minute);
const firedAt = (document: ReplayDocument, column: number, name: string) =>
  document.policies[column]?.episodes
    .filter(({ alert }) => alert === name)
    .map(({ firedMs }) => atMin(firedMs));

describe('the policy that was in force', () => {
  test('gives exactly the transitions that the loop recorded, over a restart too', () => {
    const { reproduction, policies, recorded, evaluations, lostCycles } = replayed(watched.config);
    const transitions = watched.history.transitions(0, watched.endMs);
    expect(transitions.length).toBeGreaterThan(30);
    expect(reproduction).toEqual({
      recorded: transitions.length,
      replayed: transitions.length,
      onlyRecorded: [],
      onlyReplayed: [],
    });
    expect(policies[0]?.episodes).toEqual(recorded.episodes);
    expect(recorded.episodes.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining(['HighErrorRate', 'ServiceDown', 'HealthCheckFailed', 'RollbackRequired']),
    );
    // One evaluation a minute, and one at the end of each cycle.
    expect(evaluations).toBeGreaterThan(200);
    expect(lostCycles).toBe(0);
  });

  test('and each transition that is missing, or too many, would be named', () => {
    const { database } = watched.history;
    database.exec('BEGIN');
    database.exec(
      `UPDATE transitions SET time_ms = time_ms + 1 WHERE id = (SELECT min(id) FROM transitions WHERE "to" = 'firing')`,
    );
    database.exec('COMMIT');
    const { reproduction, remarks } = replayed(watched.config);
    database.exec(
      `UPDATE transitions SET time_ms = time_ms - 1 WHERE id = (SELECT min(id) FROM transitions WHERE "to" = 'firing')`,
    );
    expect(reproduction.onlyRecorded).toHaveLength(1);
    expect(reproduction.onlyReplayed).toHaveLength(1);
    expect(reproduction.onlyRecorded[0]).toMatch(/HighErrorRate\{.*severity="critical".*\} pending → firing/);
    expect(remarks[0]).toMatch(/does not reproduce .*: 2 transitions differ/);
  });

  test('which another configuration is not', () => {
    const other = validateConfig(
      {
        target: { orchestration: 'http://127.0.0.1:1' },
        sampleInterval: '1m',
        thresholds: { errorRatio: { critical: { value: 0.05 } } },
      },
      'other',
    );
    const { reproduction } = replayed(other);
    expect(reproduction.onlyRecorded.join('\n')).toMatch(/HighErrorRate/);
    expect(reproduction.onlyReplayed.join('\n')).not.toMatch(/HighErrorRate/);
  });
});

describe('another policy', () => {
  // By hand: 2 % errors from minute 30 are over 0.1 % of five minutes at 31, and 1 % of them at 33.
  test('fires when its own limits and times say, computed by hand', () => {
    const document = replayed(watched.config, {
      quick: { thresholds: { errorRatio: { critical: { value: 0.001, forSeconds: 0 } } } },
      late: { thresholds: { errorRatio: { critical: { value: 0.01, forSeconds: 300 } } } },
      deaf: { rules: { HighErrorRate: { enabled: false } } },
      rule: { rules: { HighErrorRate: { forSeconds: 240, keepFiringSeconds: 0 } } },
    });
    expect([0, 1, 2, 3, 4].map((column) => firedAt(document, column, 'HighErrorRate'))).toEqual([
      [33],
      [31],
      [38],
      [],
      [35],
    ]);
    const resolved = (column: number) =>
      atMin(document.policies[column]?.episodes.find(({ alert }) => alert === 'HighErrorRate')?.resolvedMs);
    // Forgotten at 50, five minutes after the last error; kept firing two minutes longer by the usual rule.
    expect([resolved(0), resolved(4)]).toEqual([52, 50]);
  });

  test('calls for a rollback by its own rollback limits', () => {
    const document = replayed(watched.config, {
      soon: { thresholds: { errorRatio: { rollback: { value: 0.01, forSeconds: 60 } } } },
      never: { thresholds: { errorRatio: { rollback: { value: 0.5 } } } },
    });
    const calls = document.policies.map(({ episodes }) =>
      episodes
        .filter(({ alert, labels }) => alert === 'RollbackRequired' && labels.trigger === 'error_ratio')
        .map(({ firedMs }) => atMin(firedMs)),
    );
    // Over 1 % from 33 on: 5 minutes held at 38, one minute at 34.
    expect(calls).toEqual([[38], [34], []]);
  });

  test('judges by its own window', () => {
    const document = replayed(watched.config, { long: { liveWindow: '10m' } });
    const error = (column: number) =>
      document.policies[column]?.episodes.find(({ alert }) => alert === 'HighErrorRate');
    // Errors are forgotten ten minutes after the last instead of five.
    expect(atMin(error(1)?.resolvedMs)).toBe(Number(atMin(error(0)?.resolvedMs)) + 5);
  });
});

describe('what counts as true', () => {
  test('without labels are the rollbacks that ran and the alerts that were taken', () => {
    const { truth, policies } = replayed(watched.config);
    expect(truth.source).toBe('recorded');
    expect(truth.incidents).toMatchObject([
      { name: 'HighErrorRate, taken by maya', fromMs: startMs + 31 * minute },
    ]);
    expect(policies[0]?.score.detections).toMatchObject([{ alert: 'HighErrorRate', delayMs: 2 * minute }]);
  });

  test('of labelled incidents detection, misses and false alarms are told, and the difference', () => {
    const labelled = {
      source: 'file',
      explanation: 'labels',
      incidents: [
        {
          name: 'errors',
          fromMs: startMs + 30 * minute,
          toMs: startMs + 45 * minute,
          alerts: ['HighErrorRate'],
        },
        {
          name: 'slow',
          fromMs: startMs + 100 * minute,
          toMs: startMs + 112 * minute,
          alerts: ['HighLatencyP95'],
        },
      ],
    } as const;
    const { policies } = replayed(
      watched.config,
      { deaf: { thresholds: { latencyP95: { critical: { value: 5 }, rollback: { value: 5 } } } } },
      { labelled },
    );
    const [current, deaf] = policies;
    expect(current?.score).toMatchObject({
      detections: [{ alert: 'HighErrorRate', delayMs: 3 * minute }, { alert: 'HighLatencyP95' }],
      missed: 0,
    });
    expect(deaf?.score.detections).toMatchObject([
      { alert: 'HighErrorRate' },
      { alert: null, delayMs: null },
    ]);
    expect(deaf?.score.missed).toBe(1);
    // The target that was down and the check that failed are nobody's incident here.
    const alarms = current?.episodes.filter(({ firedMs, resolvedMs }) =>
      labelled.incidents.every(
        ({ fromMs, toMs }) => firedMs > toMs + 10 * minute || (resolvedMs ?? Infinity) < fromMs,
      ),
    );
    expect(alarms?.length).toBeGreaterThan(3);
    expect(current?.score.falseAlarms).toBe(alarms?.length);
  });

  test('with nothing that vouches for any incident, no alarm is called true or false', () => {
    watched.history.database.exec('DELETE FROM acknowledgements');
    const { truth, policies } = replayed(watched.config);
    expect(truth).toMatchObject({ source: 'nothing', incidents: [] });
    expect(policies[0]?.score).toMatchObject({
      falseAlarms: null,
      falseCritical: null,
      falseRollbacks: null,
    });
  });
});

describe('the rollout', () => {
  test('is asked for stage by stage, on the evidence of then and not of later', () => {
    const plan = [
      { percent: 25, after: '15m' },
      { percent: 50, after: '32m' },
      { percent: 100, after: '90m' },
    ];
    const { policies } = replayed(watched.config, { plan: { rollout: { plan } } });
    const stages = policies[1]?.rollout?.stages ?? [];
    expect(stages.map(({ percent }) => percent)).toEqual([25, 50, 100]);
    const [first, second, third] = stages;
    // Deployed a minute before the watch: at 14 minutes nothing was wrong yet, and nothing later is seen.
    expect(first).toMatchObject({ asked: 1, takenMs: startMs + 14 * minute, dueMs: startMs + 14 * minute });
    // At 31 the errors are there: it stays shut until they are over and their alert is, at 52.
    expect(second?.dueMs).toBe(startMs + 31 * minute);
    expect(atMin(second?.takenMs ?? undefined)).toBeGreaterThanOrEqual(52);
    expect(second?.asked).toBeGreaterThan(1);
    // The soak time of the last begins when the one before was taken, not when it was due.
    expect(third?.dueMs).toBe((second?.takenMs ?? 0) + 58 * minute);
  });

  test('which stays shut says what holds it', () => {
    const plan = [{ percent: 100, after: '140m' }];
    const { policies } = replayed(watched.config, {
      plan: { rollout: { plan }, thresholds: { uptime: { slo: { value: 0.9999 } } } },
    });
    const [stage] = policies[1]?.rollout?.stages ?? [];
    expect(stage).toMatchObject({ percent: 100, takenMs: null });
    expect(stage?.heldBy.join('\n')).toMatch(/^uptime.*(fail|unknown)/m);
  });
});
