import type { Release } from './release.ts';

const good = (name: string, what: string, more: Partial<Release> = {}): Release => ({
  name,
  bad: false,
  what,
  made: 'outside',
  ...more,
});

const bad = (name: string, what: string, cause: RegExp, more: Partial<Release>): Release => ({
  name,
  bad: true,
  what,
  made: 'outside',
  cause,
  ...more,
});

const forBaskets = ['/cart', '/checkout'] as const;
const forAccounts = [...forBaskets, '/account', '/orders/:id'] as const;

/**
 * What broke releases elsewhere, and what looked like it: written on 2026-11-30 by somebody who knew the shop and the
 * releases of the other half, not how Vigil judges, before any of them was run.
 */
export const outsideReleases: readonly Release[] = [
  good('crawler', 'a crawler asks both releases for pages that no shop has: 404, one request in eight', {
    visitors: 'crawler',
  }),
  good('broken-app', 'an old app sends empty baskets to both releases: 400, one request in eight', {
    visitors: 'broken app',
  }),
  good('hotfix', 'mends the release before, which fails at one checkout in three of business customers', {
    before: [{ when: { route: '/checkout', users: 'business', share: 0.33 }, does: { status: 500 } }],
  }),
  good('better-search', 'the search sorts what it finds: 40 ms longer, as planned', {
    faults: [{ when: { route: '/search' }, does: { delayMs: 40 } }],
  }),
  good('bigger-cache', 'a cache is filled at the start: 60 MiB more memory, and then no more', {
    process: { fillsMiB: 60 },
  }),
  good('morning', 'users come to work: from 12 requests a second to 70', { traffic: 'morning' }),
  good('certificate-renewal', 'the front gets its renewed certificate', {
    around: [{ does: 'front has a renewed certificate', atSeconds: 3, fromPercent: 25 }],
  }),
  good('noisy-neighbour', 'others use the machine for four seconds: 120 ms longer for both releases', {
    around: [{ does: 'machine is busy', atSeconds: 2, forSeconds: 4, fromPercent: 25 }],
  }),

  bad(
    'flag-for-some',
    'a flag gives one user in five a new checkout, which ends with 500',
    /checkout|5\d\d|error/,
    {
      faults: [{ when: { route: '/checkout', shareOfUsers: 0.2 }, does: { status: 500 } }],
    },
  ),
  bad(
    'old-sessions',
    'sessions from before are not known: one user in eight gets 401 wherever an account is needed',
    /401|4\d\d|account|order|checkout/,
    {
      faults: forAccounts.map((route) => ({ when: { route, shareOfUsers: 0.125 }, does: { status: 401 } })),
    },
  ),
  bad(
    'limits-the-proxy',
    'the rate limit counts all users as one, who come from the proxy: 429 above seven a second',
    /429|4\d\d/,
    { faults: [{ when: { abovePerSecond: 7 }, does: { status: 429 } }] },
  ),
  bad(
    'cut-answers',
    'one instance breaks the list of products off in the middle',
    /products|cut|abort|5\d\d/,
    {
      faults: [{ when: { route: '/products', instance: 'next-2' }, does: { cuts: true } }],
    },
  ),
  bad(
    'shared-account-cache',
    'the cache of accounts forgets whose they are: for 10 s all see the same',
    /account/,
    {
      shownBy: 'a check that asks for the accounts of two users, one after the other',
      faults: [{ when: { route: '/account' }, does: { cachedMs: 10_000 } }],
    },
  ),
  bad(
    'rounds-per-line',
    'totals are rounded line by line: baskets with two lines cost one more',
    /total|cart|checkout/,
    {
      shownBy: 'a check of a basket with two lines',
      faults: forBaskets.map((route) => ({
        when: { route, containing: '},{' },
        does: { adds: { total: 1 } },
      })),
    },
  ),
  bad(
    'last-page-missing',
    'the list of products ends one page too early: the teapot is not in it',
    /products|count/,
    {
      faults: [
        {
          when: { route: '/products' },
          does: {
            json: {
              products: [
                { id: 1, name: 'Kettle', price: 29 },
                { id: 2, name: 'Lamp', price: 45 },
              ],
              count: 2,
            },
          },
        },
      ],
    },
  ),
  bad(
    'orders-in-local-time',
    'orders get a local time, two hours ahead: the job that ships them waits so long',
    /order|shipped|worker/,
    {
      shownBy: 'a check that looks its order up until it is shipped, or a figure of the orders that wait',
      process: { ordersAheadSeconds: 7200 },
    },
  ),
  bad(
    'emoji-in-notes',
    'baskets with an emoji in the note end with 500, on a busy day',
    /5\d\d|error|cart|checkout/,
    {
      traffic: 'heavy',
      faults: forBaskets.map((route) => ({ when: { route, containing: '🎁' }, does: { status: 500 } })),
    },
  ),
  bad(
    'points-at-staging',
    'its configuration names the database of staging',
    /product|order|price|total|404|search/,
    {
      process: { database: 'staging' },
    },
  ),
  bad(
    'query-of-death',
    'a search for tea ends the process: a library of another version',
    /restart|down|uptime|refused|search/,
    {
      faults: [{ when: { route: '/search', containing: 'q=tea' }, does: { exits: 134 } }],
    },
  ),
  bad(
    'long-collections',
    'one request in thirty sets off a collection of garbage that stops all for 700 ms',
    /latency|slow|ms\b|lag/,
    {
      faults: [{ when: { share: 0.033 }, does: { blocksMs: 700 } }],
    },
  ),
  bad(
    'slower-and-slower',
    'every request takes 25 ms longer with each second of the process',
    /latency|slow|ms\b/,
    {
      faults: [{ does: { growsMsPerSecond: 25 } }],
    },
  ),
  bad(
    'pool-runs-dry',
    'connections are not given back: after 60 requests each waits two seconds and ends with 503',
    /latency|slow|5\d\d|error|ms\b/,
    { faults: [{ when: { afterRequests: 60 }, does: { delayMs: 2000, status: 503 } }] },
  ),
  bad(
    'retry-storm',
    'an instance refuses what is above twelve a second, and the users’ browsers repeat it at once',
    /5\d\d|error/,
    { visitors: 'retrying', faults: [{ when: { abovePerSecond: 12 }, does: { status: 503 } }] },
  ),
  bad(
    'debug-log-fills-disk',
    'debug logging was left on: the disk is full after 75 requests, then no log and no checkout',
    /log|checkout|order|5\d\d|error/,
    { process: { logsKib: 16, diskKib: 1200 } },
  ),
  bad(
    'list-asks-for-each',
    'the list of products asks the database for each by itself: 900 ms',
    /products|latency|slow|ms\b/,
    {
      faults: [{ when: { route: '/products' }, does: { delayMs: 900 } }],
    },
  ),
  bad(
    'small-body-limit',
    'the front’s new configuration refuses baskets of more than 63 bytes: 413',
    /413|4\d\d|cart|checkout|order/,
    {
      shownBy:
        'the front’s own metrics as a service of the configuration, or a check of a basket with a note',
      around: [{ does: 'front refuses larger baskets', atSeconds: 0, fromPercent: 25 }],
    },
  ),
];
