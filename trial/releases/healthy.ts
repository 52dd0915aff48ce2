import type { Fault, Release } from './release.ts';

const healthy = (name: string, what: string, more: Partial<Release> = {}): Release => ({
  name,
  bad: false,
  what,
  made: 'tuned',
  ...more,
});

/** A bug that people live with: nothing to stop a release for. */
const knownBug: Fault[] = [{ when: { route: '/search', share: 0.05 }, does: { status: 500 } }];

/** Healthy releases, with what happens in production beside them: tuned on. */
export const healthyReleases: readonly Release[] = [
  healthy('plain', 'nothing but another id'),
  healthy('blip', 'the front answers 502 for a quarter of a second when the first users come', {
    around: [{ does: 'front answers 502', atSeconds: 0.2, forSeconds: 0.25, fromPercent: 25 }],
  }),
  healthy('pod-restart', 'one instance is moved and starts anew', {
    around: [{ does: 'restart next-1', atSeconds: 2, fromPercent: 25 }],
  }),
  healthy('old-pod-restart', 'an instance of the release before is moved', {
    around: [{ does: 'restart base-1', atSeconds: 3, fromPercent: 25 }],
  }),
  healthy('traffic-dip', 'most users are away for a while', { traffic: 'dip' }),
  healthy('load-spike', 'three times as many users for a while', { traffic: 'spike' }),
  healthy('cold-cache', 'the first requests after the start take 250 ms', {
    faults: [{ when: { untilSeconds: 2 }, does: { delayMs: 250 } }],
  }),
  healthy('payment-fails', 'the payment service fails for a second, for both releases', {
    around: [{ does: 'payment is down', atSeconds: 3, forSeconds: 1, fromPercent: 25 }],
  }),
  healthy('long-tail', 'one request in two hundred takes 700 ms', {
    faults: [{ when: { share: 0.005 }, does: { delayMs: 700 } }],
  }),
  healthy('almost-none', 'two requests a second, at night', { traffic: 'almost none' }),
  // Of the outside ones, until Vigil was changed for them.
  healthy(
    'old-pool-shrinks',
    'one of the two old instances is taken away, as half of the users have left it',
    {
      around: [{ does: 'base-2 is taken away', atSeconds: 1, fromPercent: 50 }],
    },
  ),
  healthy('known-bug', 'one search in twenty ends with 500, in this release as in the one before', {
    before: knownBug,
    faults: knownBug,
  }),
];
