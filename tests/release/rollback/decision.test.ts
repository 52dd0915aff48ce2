import { describe, expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import {
  decideAutomatic,
  detectionMs,
  rolledBackAlready,
} from '../../../src/release/rollback/runs/automatic.ts';
import type { RollbackRun } from '../../../src/release/rollback/runs/run.ts';
import { dueTriggers, firingTrigger } from '../../../src/release/rollback/runs/triggers.ts';
import { outcomes } from '../../history/cycle.ts';
import { inOrder } from '../../support/in-order.ts';
import { type Alert, firing } from './firing.ts';

const due = (more: Partial<Alert> = {}) => dueTriggers(firing(more), thresholds);

function run(more: Partial<RollbackRun> = {}): RollbackRun {
  const trigger = { name: 'error_ratio', episode: 'f1@301000', sinceMs: 1000, firedMs: 301_000 };
  return {
    id: 'r',
    type: 'git',
    reason: 'r',
    who: 'w',
    startedMs: 400_000,
    endedMs: 450_000,
    status: 'succeeded',
    stages: [],
    trigger,
    ...more,
  };
}

describe('what calls for a rollback', () => {
  test('a firing trigger that the deployment brought, with its numbers', () => {
    expect(due()).toEqual([
      {
        name: 'error_ratio',
        episode: 'f1@301000',
        value: 0.034,
        shown: '3.4 %',
        limit: '> 1 % for 5m',
        sinceMs: 1000,
        firedMs: 301_000,
        muted: false,
      },
    ]);
  });

  test('its reason names what the release shows and the failing check before the trigger and its numbers', () => {
    const state = firing();
    const f1 = state.alerts.f1 as Alert;
    for (const check of ['X03', 'X07'])
      state.alerts[check] = { ...f1, fingerprint: check, rule: 'HealthCheckFailed', labels: { check } };
    const cycle = outcomes([3, 7]);
    const { reason } = firingTrigger(state, thresholds, 'error_ratio', cycle, 'GET /cart answers 500');
    expect(reason).toMatch(
      inOrder(
        'GET /cart answers 500; X03',
        'measured 0.0421 s',
        '; X07 fails too; trigger error_ratio at 3.4 %, past > 1 % for 5m, since ',
      ),
    );
    expect(firingTrigger(firing(), thresholds, 'error_ratio').reason).toMatch(/^trigger error_ratio/);
  });

  test('its reason names no check that is in quarantine or did not run, though its alert is open', () => {
    const state = firing();
    const f1 = state.alerts.f1 as Alert;
    for (const check of ['X03', 'X05', 'X07'])
      state.alerts[check] = { ...f1, fingerprint: check, rule: 'HealthCheckFailed', labels: { check } };
    const quarantined = { owner: 'shop', until: '2999-01-01', reason: 'slow at times' };
    const cycle = outcomes([3, 7]).map((check) => {
      if (check.id === 'X03') return { ...check, quarantined };
      return check.id === 'X05' ? { ...check, outcome: 'unknown' as const, reason: 'missing' } : check;
    });
    const { reason } = firingTrigger(state, thresholds, 'error_ratio', cycle);
    expect(reason).toMatch(/^X07/);
    expect(reason).not.toMatch(/X03|X05/);
  });

  test.each<[string, Partial<Alert>]>([
    ['is only pending', { status: 'pending' }],
    ['was there before the deployment', { isNew: false }],
    ['is resolved', { status: 'resolved' }],
    ['is another alert', { rule: 'HighErrorRate' }],
  ])('not what %s', (_, more) => {
    expect(due(more)).toEqual([]);
  });

  test('not what nobody knows the beginning of', () => {
    const { f1 } = firing().alerts;
    const { firedAtMs: _, ...alert } = f1 as Alert;
    expect(dueTriggers({ ...firing(), alerts: { f1: alert } }, thresholds)).toEqual([]);
  });

  test('the oldest first, and of a trigger that nobody knows as much as there is', () => {
    const alert = (fingerprint: string, trigger: string, firedAtMs: number): Alert => ({
      ...(firing().alerts.f1 as Alert),
      fingerprint,
      labels: { trigger },
      firedAtMs,
      value: 3,
    });
    const { value: _, ...silent } = alert('c', 'service_down', 200_000);
    const alerts = { a: alert('a', 'latency_p95', 300_000), b: alert('b', 'tides', 100_000), c: silent };
    expect(dueTriggers({ ...firing(), alerts }, thresholds)).toStrictEqual([
      { name: 'tides', episode: 'b@100000', value: 3, sinceMs: 1000, firedMs: 100_000, muted: false },
      {
        name: 'service_down',
        episode: 'c@200000',
        limit: '< 100 % for 2m',
        sinceMs: 1000,
        firedMs: 200_000,
        muted: false,
      },
      {
        name: 'latency_p95',
        episode: 'a@300000',
        value: 3,
        shown: '3 s',
        limit: '> 500 ms for 5m',
        sinceMs: 1000,
        firedMs: 300_000,
        muted: false,
      },
    ]);
    const nameless = dueTriggers(firing({ labels: {} }), thresholds);
    expect(nameless).toMatchObject([{ name: '', episode: 'f1@301000' }]);
  });
});

describe('the loop', () => {
  const input = {
    automatic: true,
    triggers: due(),
    runs: [],
    deployedMs: 1,
    detectionMs: { error_ratio: 630_000, pass_rate: 600_000 },
    nowMs: 2_000_000,
  };

  test('starts none where no deployment is recorded', () => {
    expect(decideAutomatic({ ...input, deployedMs: undefined })).toMatchObject({
      act: 'hold',
      reason: expect.stringContaining('no deployment is recorded'),
    });
  });

  test('starts one for a firing trigger', () => {
    expect(decideAutomatic(input)).toMatchObject({ act: 'start', trigger: { name: 'error_ratio' } });
  });

  test('does nothing while no trigger fires', () => {
    expect(decideAutomatic({ ...input, triggers: [] })).toEqual({ act: 'nothing' });
  });

  test.each<
    [string, Partial<typeof input> & { runs?: RollbackRun[]; deployedMs?: number | undefined }, RegExp]
  >([
    ['the configuration does not say so', { automatic: false }, /is off/],
    ['one is under way', { runs: [run({ status: 'running' })] as never }, /under way/],
    [
      'one has succeeded since the deployment',
      { runs: [run()] as never, deployedMs: 399_000 as never },
      /rolled back already/,
    ],
    ['one has failed', { runs: [run({ status: 'failed' })] as never }, /rolled back already/],
    ['one was aborted by a person', { runs: [run({ status: 'aborted' })] as never }, /rolled back already/],
    [
      'planned work explains it',
      { triggers: due({ mute: { kind: 'maintenance', by: 'x' } }) },
      /planned work/,
    ],
    [
      'somebody has taken the alert',
      { triggers: due({ mute: { kind: 'acknowledged', by: 'x' } }) },
      /took the alert/,
    ],
    [
      'this episode had its rollback, settled since',
      { runs: [run({ settledMs: 500_000 })] as never },
      /episode/,
    ],
  ])('starts none when %s', (_, more, reason) => {
    expect(decideAutomatic({ ...input, ...more })).toMatchObject({
      act: 'hold',
      reason: expect.stringMatching(reason),
    });
  });

  test.each<[string, Partial<RollbackRun>]>([
    ['under way when the deployment was recorded', { endedMs: 600_000 }],
    ['settled since, and answers what fired until it ended', { settledMs: 700_000, endedMs: 600_000 }],
  ])('starts none for what is a rollback’s that was %s', (_, more) => {
    const two = due({ labels: { trigger: 'pass_rate' }, firedAtMs: 599_000 });
    const held = decideAutomatic({
      ...input,
      triggers: two,
      runs: [run(more)] as never,
      deployedMs: 500_000 as never,
    });
    expect(held.act).toBe('hold');
  });

  test('counts what began before a deployment against it only when it holds as long as a fault of its own would take to show', () => {
    const at = (nowMs: number) => decideAutomatic({ ...input, deployedMs: 200_000 as never, nowMs });
    expect(at(829_999)).toMatchObject({
      act: 'hold',
      reason: expect.stringMatching(/began before.*10m 30s later/),
    });
    expect(at(830_000).act).toBe('start');
    const fresh = { ...input, triggers: due({ sinceMs: 200_001 }), deployedMs: 200_000 as never };
    expect(decideAutomatic({ ...fresh, nowMs: 301_000 }).act).toBe('start');
  });

  test('starts one again for a later deployment, and for a new episode after a person has settled the last', () => {
    expect(
      decideAutomatic({
        ...input,
        triggers: due({ sinceMs: 600_000, firedAtMs: 900_000 }),
        runs: [run()] as never,
        deployedMs: 500_000 as never,
      }).act,
    ).toBe('start');
    const later = due({ sinceMs: 600_000, firedAtMs: 900_000 });
    expect(
      decideAutomatic({ ...input, triggers: later, runs: [run({ settledMs: 500_000 })] as never }).act,
    ).toBe('start');
  });

  test('is not kept from it by an alert that is only inhibited: nobody took it', () => {
    expect(decideAutomatic({ ...input, triggers: due({ mute: { kind: 'inhibited', by: 'x' } }) }).act).toBe(
      'start',
    );
  });

  test('says of the last rollback of this deployment what it came to', () => {
    const reason = (runs: RollbackRun[], deployedMs?: number) =>
      rolledBackAlready(runs, deployedMs) ?? 'not yet';
    expect(reason([run()])).toMatch(
      inOrder('rolled back already', '(git', 'previous release back)', 'a person decides'),
    );
    expect(reason([run(), run({ type: 'flag', status: 'aborted' })])).toMatch(
      inOrder('rolled back already', '(flag, aborted)', 'a person decides'),
    );
    expect(reason([run(), run({ type: 'flag', settledMs: 1 })])).toContain('(git, ');
    // One that ended at the moment at which the deployment was recorded is of this deployment.
    expect([reason([run()], 450_000), reason([run()], 450_001)]).toEqual([
      expect.stringContaining('rolled back already'),
      'not yet',
    ]);
    const { endedMs: _, ...unended } = run({ status: 'failed' });
    expect(reason([unended], 9_000_000)).toContain('(git, failed)');
    expect(reason([])).toBe('not yet');
  });

  test('says nothing of what fired before a rollback that succeeded, until its window has passed', () => {
    const at = (afterMs: number, more: Partial<RollbackRun> = {}, triggers = due()) =>
      decideAutomatic({ ...input, triggers, runs: [run(more)] as never, nowMs: 450_000 + afterMs });
    expect([at(200).act, at(629_999).act, at(630_000).act]).toEqual(['nothing', 'nothing', 'hold']);
    expect(at(200, {}, due({ sinceMs: 450_001 }))).toMatchObject({
      act: 'hold',
      reason: expect.stringContaining('rolled back already'),
    });
    expect(at(200, { status: 'failed' }).act).toBe('hold');
  });

  test('holds by the trigger that it is about, and starts for one that nothing speaks against', () => {
    const [first] = due();
    const second = due({ fingerprint: 'f2', labels: { trigger: 'pass_rate' }, firedAtMs: 500_000 })[0];
    if (!first || !second) throw new Error('both are due');
    const muted = { ...first, muted: true };
    const decided = (more: object) => decideAutomatic({ ...input, triggers: [first, second], ...more });
    expect(decided({ automatic: false })).toEqual({
      act: 'hold',
      trigger: first,
      reason: 'rollback.automatic is off',
    });
    expect(decided({ triggers: [muted, second] })).toEqual({ act: 'start', trigger: second });
    expect(decided({ triggers: [muted] })).toEqual({
      act: 'hold',
      trigger: muted,
      reason: expect.stringMatching(inOrder('planned work', 'took the alert')),
    });
    // The first was answered by its episode, the second fired after that had ended.
    const settled = run({ settledMs: 1 });
    expect(decided({ runs: [settled] })).toEqual({ act: 'start', trigger: second });
    expect(decided({ runs: [settled], triggers: [{ ...first, firedMs: 450_001 }] })).toMatchObject({
      act: 'hold',
      reason: 'this episode has had its rollback',
    });
    const other = run({ settledMs: 1, trigger: { ...first, episode: 'another' } });
    const firedAt = (firedMs: number) => decided({ runs: [other], triggers: [{ ...first, firedMs }] }).act;
    expect([firedAt(450_000), firedAt(450_001)]).toEqual(['hold', 'start']);
    // A run that a person started has no trigger, and one that never ended answers nothing by its time.
    const { trigger: _, endedMs: __, ...byHand } = settled;
    expect(decided({ runs: [byHand] })).toEqual({ act: 'start', trigger: first });
  });

  test('waits for the trigger that began before the deployment, not for one that is muted', () => {
    const [first] = due();
    const second = due({ fingerprint: 'f2', labels: { trigger: 'pass_rate' }, sinceMs: 2000 })[0];
    if (!first || !second) throw new Error('both are due');
    const triggers = [{ ...first, muted: true }, second];
    const at = (deployedMs: number, more: object = {}) =>
      decideAutomatic({ ...input, triggers, deployedMs: deployedMs as never, nowMs: 300_000, ...more });
    expect(at(200_000)).toEqual({
      act: 'hold',
      trigger: second,
      reason: expect.stringMatching(
        inOrder('before the deployment', '1970-01-01T00:03:20.000Z', '10m later'),
      ),
    });
    expect(at(2000).act).toBe('start');
    expect(at(2001).act).toBe('hold');
    // Of a trigger whose time nobody knows there is none to wait for.
    expect(at(200_000, { detectionMs: {} }).act).toBe('start');
  });
});

test('how long a fault takes at worst to show is the sum of what it has to go through', () => {
  const config = validateConfig({}, 'a test');
  const { liveWindow, sampleInterval, interval, timeout, fastInterval } = config;
  const scaled = { ...config, monitoring: { ...config.monitoring, timeScale: 0.5 } };
  const forMs = { error: 300_000, latency: 300_000, pass: 300_000, down: 120_000 };
  for (const [scale, own] of [
    [1, config],
    [0.5, scaled],
  ] as const) {
    expect(detectionMs(own, thresholds)).toEqual({
      error_ratio: scale * (liveWindow + forMs.error) + 2 * sampleInterval,
      latency_p95: scale * (liveWindow + forMs.latency) + 2 * sampleInterval,
      pass_rate: interval + timeout + scale * forMs.pass + fastInterval + sampleInterval,
      service_down: scale * forMs.down + 2 * sampleInterval,
    });
  }
  const { rollback: _, ...uptime } = thresholds.uptime;
  expect(detectionMs(config, { ...thresholds, uptime }).service_down).toBe(2 * sampleInterval);
});
