// @module-tag nginx
// @module-tag openssl
// @module-tag curl

import { expect, test } from 'vitest';
import { makeCertificates } from '../../trial/certificates.ts';
import { type Outcome, play } from '../../trial/play.ts';
import { argoLike, flaggerLike } from '../../trial/policies.ts';
import { releases } from '../../trial/releases/index.ts';
import { isRight, summaryTable } from '../../trial/table.ts';
import { requestsOf } from '../../trial/traffic.ts';
import { emptyFolder } from '../scripts/vigil.ts';

test('sixty releases, twenty healthy and forty bad, those written before any was run apart from those tuned on, and thirty earlier ones', () => {
  const count = (bad: boolean, made: string) =>
    releases.filter((release) => release.bad === bad && release.made === made).length;
  expect([count(false, 'tuned'), count(false, 'outside')]).toEqual([12, 8]);
  expect([count(true, 'tuned'), count(true, 'outside')]).toEqual([22, 18]);
  expect([count(false, 'earlier'), count(true, 'earlier')]).toEqual([10, 20]);
  expect(new Set(releases.map(({ name }) => name)).size).toBe(releases.length);
  expect(releases.filter(({ bad, cause }) => bad && !cause)).toEqual([]);
});

test('a seed gives the same users and requests again', () => {
  const some = (seed: number) => Array.from({ length: 50 }, requestsOf(seed));
  expect(some(7)).toEqual(some(7));
  expect(some(7)).not.toEqual(some(8));
});

test('rules as Flagger’s: the third failed check ends the release, a good one in the end lets it on', () => {
  const ended = flaggerLike();
  for (const rate of [100, 98, undefined, 97]) ended.measure(rate, 20, 5);
  expect(ended.end(9)).toMatchObject({ decision: 'rolled back', atMs: 5 });
  const slow = flaggerLike();
  slow.measure(100, 501, 5);
  expect(slow.end(9)).toMatchObject({ decision: 'held', line: expect.stringContaining('501ms') });
  slow.measure(99.2, 400, 7);
  expect(slow.end(9).decision).toBe('promoted');
});

test('an analysis as Argo’s: more than three failures, or more than four errors in a row', () => {
  const failing = argoLike();
  for (const rate of [94, 94, 100, 94]) failing.measure(rate, 5);
  expect(failing.end(9).decision).toBe('promoted');
  failing.measure(90, 6);
  expect(failing.end(9)).toMatchObject({ decision: 'rolled back', atMs: 6 });
  const blind = argoLike();
  for (const rate of [undefined, undefined, undefined, undefined, undefined]) blind.measure(rate, 5);
  expect(blind.end(9).line).toContain('consecutiveErrors');
});

/** Tries some releases, so many at a time. */
async function tryReleases(names: readonly string[], atOnce: number): Promise<Map<string, Outcome>> {
  const folder = emptyFolder();
  const certificates = makeCertificates(folder);
  const waiting = releases.filter(({ name }) => names.includes(name));
  const outcomes = new Map<string, Outcome>();
  const playNext = async () => {
    for (let release = waiting.shift(); release; release = waiting.shift())
      outcomes.set(release.name, await play(release, { folder, certificates, seed: 1, pace: 1.5 }));
  };
  await Promise.all(Array.from({ length: atOnce }, playNext));
  return outcomes;
}

test('five releases behind a real nginx: a healthy one gets all of the traffic, none of four bad ones does', async () => {
  const names = ['plain', 'wrong-total', 'errors-on-cart', 'lost-at-the-gateway', 'stays-old'];
  const outcomes = await tryReleases(names, 2);
  const told = JSON.stringify([...outcomes.values()], null, 2);
  expect(outcomes.size).toBe(5);
  for (const outcome of outcomes.values()) expect(isRight(outcome), told).toBe(true);
  // Found by the new release's preview, before any user met it.
  expect(outcomes.get('wrong-total')?.verdicts.vigil).toMatchObject({ namesCause: true, users: 0 });
  // No check asks for a basket: only the users' own traffic tells.
  expect(outcomes.get('errors-on-cart')?.verdicts.vigil.users, told).toBeGreaterThan(0);
  expect(outcomes.get('lost-at-the-gateway')?.verdicts.vigil.namesCause, told).toBe(true);
  expect(outcomes.get('stays-old')?.verdicts.vigil.line).toContain('1 of 2 instances on v2');
  expect(summaryTable([...outcomes.values()])).toContain('| Vigil | 0 of 4 |');
});
