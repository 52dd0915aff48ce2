import type { Release } from './release.ts';

const good = (name: string, what: string, more: Partial<Release> = {}): Release => ({
  name,
  bad: false,
  what,
  made: 'earlier',
  ...more,
});

const bad = (name: string, what: string, cause: RegExp, more: Partial<Release>): Release => ({
  name,
  bad: true,
  what,
  made: 'earlier',
  cause,
  ...more,
});

/** The outside half before the present one, by somebody who knew how Vigil judges: run only where it is asked for. */
export const earlierReleases: readonly Release[] = [
  good('bursts', 'users come in bursts', { traffic: 'bursts' }),
  good('night', 'few users', { traffic: 'night' }),
  good('heavy-load', 'twice the usual load all the time', { traffic: 'heavy' }),
  good('clock-ahead', 'the new instances’ clock is an hour ahead', { process: { clockAheadSeconds: 3600 } }),
  good('flaky-check', 'one answer of the search in fifty takes 900 ms, for no reason', {
    faults: [{ when: { route: '/search', share: 0.02 }, does: { delayMs: 900 } }],
  }),
  good('watch-offline', 'the network of the watch itself is down for four seconds', {
    around: [{ does: 'watch has no network', atSeconds: 3, forSeconds: 4, fromPercent: 25 }],
  }),
  good('two-restarts', 'both kinds of instances are moved, one after the other', {
    around: [
      { does: 'restart base-1', atSeconds: 1, fromPercent: 25 },
      { does: 'restart next-1', atSeconds: 5, fromPercent: 25 },
    ],
  }),
  good('short-lock', 'the database is locked for 300 ms', {
    around: [{ does: 'database is locked', atSeconds: 4, forSeconds: 0.3, fromPercent: 25 }],
  }),
  good('early-restart', 'an instance is moved before the first users come', {
    around: [{ does: 'restart next-1', atSeconds: 3 }],
  }),
  good('tail-of-checkout', 'one checkout in fifty takes 400 ms', {
    faults: [{ when: { route: '/checkout', share: 0.02 }, does: { delayMs: 400 } }],
  }),

  bad('guests-locked-out', 'guests get 500 on their account', /account|error ratio|error_ratio/, {
    faults: [{ when: { route: '/account', users: 'guest' }, does: { status: 500 } }],
  }),
  bad(
    'rejects-umlauts',
    'baskets with a note beyond ASCII are refused with 400',
    /4\d\d|rejected|checkout|cart/,
    {
      faults: [
        { when: { containing: 'Zo' }, does: { status: 400 } },
        { when: { containing: '🎁' }, does: { status: 400 } },
      ],
    },
  ),
  bad('rejects-francs', 'orders in Swiss francs are refused with 422', /4\d\d|rejected|checkout/, {
    faults: [{ when: { route: '/checkout', containing: 'CHF' }, does: { status: 422 } }],
  }),
  bad('hangs-on-search', 'one search in twenty is never answered', /search|latency|time/, {
    faults: [{ when: { route: '/search', share: 0.05 }, does: { hangs: true } }],
  }),
  bad('two-percent', 'two requests in a hundred end with 500', /error ratio|error_ratio|500/, {
    faults: [{ when: { share: 0.02 }, does: { status: 500 } }],
  }),
  bad('lost-product', 'the teapot answers 404', /404|products|4\d\d/, {
    faults: [{ when: { route: '/products/:id', containing: '/3' }, does: { status: 404 } }],
  }),
  bad('other-account', 'the account shows somebody else', /account/, {
    faults: [{ when: { route: '/account' }, does: { json: { user: 'user-1' } } }],
  }),
  bad('wrong-currency', 'orders in dollars are booked as euros', /currency/, {
    faults: [{ when: { route: '/checkout', containing: 'USD' }, does: { json: { currency: 'EUR' } } }],
  }),
  bad('metrics-gone', 'the release exposes no metrics any more', /metrics|scrape|uptime|down/, {
    process: { metrics: 'gone' },
  }),
  bad('late-errors', 'everything fails from 14 s on', /5\d\d|error/, {
    faults: [{ when: { afterSeconds: 14 }, does: { status: 500 } }],
  }),
  bad('slow-instance', 'one instance takes 1.5 s for everything', /latency|slow|s\b/, {
    faults: [{ when: { instance: 'next-1' }, does: { delayMs: 1500 } }],
  }),
  bad('slow-checkout', 'a checkout takes 1.2 s', /checkout|order/, {
    faults: [{ when: { route: '/checkout' }, does: { delayMs: 1200 } }],
  }),
  bad('late-crash', 'each process ends 17 s after its start', /restart|down|uptime|refused|50\d/, {
    process: { crashesAfterSeconds: 17 },
  }),
  bad('free-lamps', 'the list of products shows prices of 0', /price/, {
    faults: [
      {
        when: { route: '/products' },
        does: { json: { products: [{ id: 1, name: 'Kettle', price: 0 }], count: 3 } },
      },
    ],
  }),
  bad('empty-for-business', 'business customers see no products', /products|business/, {
    faults: [{ when: { route: '/products', users: 'business' }, does: { json: { products: [], count: 0 } } }],
  }),
  bad('orders-not-found', 'orders that were made answer 404', /404|orders/, {
    faults: [{ when: { route: '/orders/:id' }, does: { status: 404 } }],
  }),
  bad('checkout-hangs', 'one checkout in ten is never answered', /checkout|order|time/, {
    faults: [{ when: { route: '/checkout', share: 0.1 }, does: { hangs: true } }],
  }),
  bad('overload-at-50', 'above eight requests a second an instance answers 503, from 50 % on', /error|503/, {
    faults: [{ when: { fromPercent: 50, abovePerSecond: 8 }, does: { status: 503 } }],
  }),
  bad(
    'locks-database',
    'a migration of the release locks the database for ten seconds',
    /checkout|order|5\d\d/,
    {
      around: [{ does: 'database is locked', atSeconds: 2, forSeconds: 10, fromPercent: 25 }],
    },
  ),
  bad('front-page-down', 'the front page answers 500', /error ratio|error_ratio|500/, {
    faults: [{ when: { route: '/' }, does: { status: 500 } }],
  }),
];
