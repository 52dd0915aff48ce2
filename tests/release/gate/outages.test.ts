import { expect, test } from 'vitest';
import { acknowledgeableOf } from '../../../src/monitor/alert-actions.ts';
import { decide } from '../../../src/release/gate/decide.ts';
import type { Outage } from '../../../src/release/gate/evidence.ts';
import { outagesIn } from '../../../src/release/gate/outages.ts';
import { firing } from '../rollback/firing.ts';
import { askedMs, asking, deployedMs, greenEvidence, minute, setup } from './green.ts';

/** What the gate finds where a trigger fired and ended so many minutes before it is asked for a stage that soaks 45. */
function found(endedAgo: number, more: Partial<Outage> = {}) {
  const evidence = greenEvidence();
  const endedMs = askedMs - endedAgo * minute;
  evidence.recorded.outages = [
    {
      trigger: 'pass_rate',
      firedMs: endedMs - 8 * minute,
      endedMs,
      acknowledgedBy: undefined,
      ...more,
    },
  ];
  const { verdict, next, conditions } = decide(evidence, setup, asking);
  return { verdict, next, outage: conditions.find(({ id }) => id === 'outage') };
}

test('an outage as long as a rollback trigger holds the release for a whole soak from its end', () => {
  const { verdict, next, outage } = found(20);
  expect(verdict).toBe('fail');
  expect(next).toContain('First, pass rate was past its rollback limit, firing from 2026-01-05T00:42:00Z');
  expect(outage?.askAgainAtMs).toBe(askedMs + 25 * minute);
  expect(found(46).verdict).toBe('pass');
});

test('who acknowledges it has looked: then it holds nothing', () => {
  const { verdict, outage } = found(20, { acknowledgedBy: 'carol' });
  expect([verdict, outage?.detail]).toEqual(['pass', 'pass rate fired, acknowledged by carol']);
});

/** A state in which a trigger fired so many minutes after the deployment, for ten. */
function fired(afterMinutes: number, more: { isNew?: boolean; endedMs?: number | undefined } = {}) {
  const state = firing();
  const firedMs = deployedMs + afterMinutes * minute;
  const member = {
    fingerprint: 'f1',
    rule: 'RollbackRequired',
    labels: { alertname: 'RollbackRequired', trigger: 'error_ratio' },
    isNew: true,
    firedMs,
    endedMs: firedMs + 10 * minute,
    wasHeard: true,
    ...more,
  };
  return { ...state, alerts: {}, incidents: { one: { id: 'one', startedMs: firedMs, members: [member] } } };
}

test('only a trigger that fired after the deployment by what it brought, and is over, is an outage', () => {
  const none = { acknowledgements: () => [] };
  expect(outagesIn(none, fired(5), deployedMs)).toMatchObject([
    { trigger: 'error_ratio', endedMs: deployedMs + 15 * minute, acknowledgedBy: undefined },
  ]);
  for (const state of [fired(-5), fired(5, { isNew: false }), fired(5, { endedMs: undefined })])
    expect(outagesIn(none, state, deployedMs)).toEqual([]);
  const taken = { acknowledgements: () => [{ timeMs: askedMs, alertKey: 'f1', who: 'carol' }] };
  expect(outagesIn(taken, fired(5), deployedMs)).toMatchObject([{ acknowledgedBy: 'carol' }]);
});

test('it can be acknowledged after its end', () => {
  expect(acknowledgeableOf(fired(5)).map(({ fingerprint }) => fingerprint)).toEqual(['f1']);
  expect(acknowledgeableOf(firing())).toHaveLength(1);
});
