import { expect, test } from 'vitest';
import { openHistory } from '../../../src/history/open-history.ts';
import { recordShadow, shadowRecord, shadowRollbacks } from '../../../src/release/rollback/runs/shadow.ts';

test('it was right too where people deployed the release before again, and not where another came', () => {
  const outcomeWith = (release: string) => {
    const history = openHistory({ file: ':memory:' });
    history.recordDeployment({ timeMs: 1000, release: 'v1', who: 'carol' });
    history.recordDeployment({ timeMs: 2000, release: 'v2', who: 'carol' });
    recordShadow(history, {
      atMs: 3000,
      deployedMs: 2000,
      release: 'v2',
      trigger: 'pass_rate',
      reason: 'pass rate 0 %',
    });
    history.recordDeployment({ timeMs: 4000, release, who: 'carol' });
    const found = shadowRollbacks(history, 0, 5000);
    history.close();
    return shadowRecord(found);
  };
  expect(outcomeWith('v1')).toBe('would have rolled back once: 1 right, 0 wrong, 0 not decided yet');
  expect(outcomeWith('v3')).toBe('would have rolled back once: 0 right, 0 wrong, 1 not decided yet');
});
