import { expect, onTestFinished, test } from 'vitest';
import { openHistory } from '../../../src/history/open-history.ts';
import { advisoryRecords } from '../../../src/release/gate/advisory.ts';
import { preparedBy } from '../../history/prepared-by.ts';

/** Deployments by the times at which they were asked for 25 % against advice, and taken further. */
function records(
  releases: { release: string; advised: string[]; quarantined?: string[]; goesOn: boolean }[],
) {
  const history = openHistory({ file: ':memory:' });
  let timeMs = 0;
  const decided = (deployedMs: number, to: number, advised: string[], quarantined: string[]) => {
    timeMs += 1000;
    history.recordDecision({
      id: `decision ${timeMs}`,
      timeMs,
      from: 0,
      to,
      verdict: 'pass',
      isTaken: true,
      askedBy: 'carol',
      via: 'command',
      deployedMs,
      times: 1,
      lastMs: timeMs,
      body: {
        conditions: advised.map((title) => ({ title, outcome: 'advisory' })),
        evidence: { quarantined },
      },
    });
  };
  for (const { release, advised, quarantined = [], goesOn } of releases) {
    timeMs += 1000;
    const deployedMs = timeMs;
    history.recordDeployment({ timeMs, release, who: 'carol' });
    decided(deployedMs, 25, advised, quarantined);
    if (goesOn) decided(deployedMs, 50, [], []);
  }
  const found = advisoryRecords(history, 0, timeMs);
  history.close();
  return found;
}

test('advice is right where the release before came back, wrong where the release got more traffic, and counted once for each', () => {
  const found = records([
    { release: 'v1', advised: [], goesOn: true },
    { release: 'v2', advised: ['P95 latency'], quarantined: ['search'], goesOn: false },
    { release: 'v1', advised: [], goesOn: true },
    { release: 'v3', advised: ['P95 latency'], goesOn: true },
    { release: 'v4', advised: ['P95 latency'], goesOn: false },
  ]);
  expect(found).toEqual([
    'P95 latency would have held 3 releases: 1 right, 1 wrong, 1 not decided yet',
    'check search would have held one release: 1 right, 0 wrong, 0 not decided yet',
  ]);
});

test('bodies of decisions without advice are not read: what is wrong with one costs nothing', () => {
  const history = openHistory({ file: ':memory:' });
  onTestFinished(() => history.close());
  history.recordDeployment({ timeMs: 1000, release: 'v1', who: 'carol' });
  const decided = (timeMs: number, title: string, outcome: string) =>
    history.recordDecision({
      id: `decision ${timeMs}`,
      timeMs,
      from: 0,
      to: 25,
      verdict: 'pass',
      isTaken: false,
      askedBy: 'carol',
      via: 'command',
      deployedMs: 1000,
      times: 1,
      lastMs: timeMs,
      body: { conditions: [{ title, outcome }], evidence: { quarantined: [] } },
    });
  decided(2000, 'P95 latency', 'pass');
  decided(3000, 'says "outcome":"advisory" itself', 'pass');
  decided(4000, 'P95 latency', 'advisory');
  history.database.exec(`UPDATE decisions SET body = 'damaged' WHERE time_ms = 2000`);
  expect(advisoryRecords(history, 0, 5000)).toEqual([
    'P95 latency would have held one release: 0 right, 0 wrong, 1 not decided yet',
  ]);
  const [asked] = preparedBy(history.database, () => advisoryRecords(history, 0, 5000));
  const plans = history.database.prepare(`EXPLAIN QUERY PLAN ${asked}`).all();
  expect(plans.map(({ detail }) => detail)).toContainEqual(
    expect.stringMatching(/USING INDEX decisions_advised/),
  );
});
