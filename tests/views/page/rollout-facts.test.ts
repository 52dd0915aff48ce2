import { expect, test } from 'vitest';
import { headlineOf } from '../../../src/views/page/headline/headline.ts';
import { openRollout } from '../../../src/views/page/rollout-facts.ts';
import { rolloutView } from '../../../src/views/page/view/rollout.ts';
import { identity } from '../../history/cycle.ts';
import { folder, opened } from '../../history/folder.ts';
import {
  askedMs,
  deployedMs,
  minute,
  recordGreen,
  second,
  setup,
  takeStage,
} from '../../release/gate/green.ts';
import { recordRun } from '../../support/rollback-run.ts';
import { factsOf, rolloutAt } from './support/facts.ts';

const listed = { ...setup, listed: ['service'] };

test('what the gate said while a rollback ran is not said when it has ended', () => {
  const history = opened(folder(), { now: () => new Date(askedMs) });
  recordGreen(history);
  const rollout = openRollout(history, setup);
  const said = (nowMs: number) =>
    rollout(nowMs)?.gate?.conditions.find(({ id }) => id === 'rollback')?.detail;
  expect(said(askedMs - 2 * second)).toContain('none since');
  recordRun(history, { startedMs: askedMs - second, status: 'running' });
  expect(said(askedMs)).toContain('is under way');
  history.database.exec(`UPDATE rollback_runs SET status = 'succeeded', ended_ms = ${askedMs + second}`);
  expect(said(askedMs + 2 * second)).toContain('was rolled back');
});

test('a release that was rolled back from all of the traffic is not asked for again', () => {
  const history = opened(folder(), { now: () => new Date(askedMs) });
  const endedMs = askedMs - 10 * minute;
  const idAt = (timeMs: number) => (timeMs >= deployedMs && timeMs <= endedMs ? 'v2' : 'v1');
  recordGreen(history, {
    cycleOf: (timeMs) => ({ identity: { ...identity, releases: { service: [idAt(timeMs), idAt(timeMs)] } } }),
  });
  takeStage(history, 100, askedMs - 30 * minute);
  const headline = () => {
    const facts = factsOf();
    const rollout = openRollout(history, listed)(askedMs);
    return headlineOf({ ...facts, rollout });
  };
  expect(headline()).toMatchObject({ lead: 'Act now', next: expect.stringContaining('deploy v2') });
  const stray = () => rolloutView({ ...factsOf(), rollout: openRollout(history, listed)(askedMs) })?.stray;
  expect(stray()).toBe('no instance says v2');
  recordRun(history, { startedMs: endedMs - minute, endedMs });
  expect(stray()).toBe('it was rolled back at 01:00 UTC (git)');
  expect(headline().lead).toBe('Rolled back');
  expect(headline().text).not.toMatch(/expected an instance|deploy v2/);
});

test('the page says a share of the traffic only where the instances say the release', () => {
  const text = '2 of 3 instances on v2, 1 on v1';
  const mixedReleases = [{ service: 'api', instances: { v1: 1, v2: 2 }, text }];
  const strayAt = (percent: number) =>
    rolloutView(factsOf({ rollout: rolloutAt(percent, 60), status: { mixedReleases } }))?.stray;
  expect([strayAt(25), strayAt(100)]).toEqual([null, `mixed releases, api: ${text}`]);
  expect(rolloutView(factsOf({ rollout: rolloutAt(100, 0) }))?.stray).toBeNull();
});
