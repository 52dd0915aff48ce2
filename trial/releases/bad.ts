import type { Fault, Release } from './release.ts';

const bad = (name: string, what: string, cause: RegExp, more: Partial<Release>): Release => ({
  name,
  bad: true,
  what,
  made: 'tuned',
  cause,
  ...more,
});

const fault = (when: Fault['when'] & object, does: Fault['does']): Fault[] => [{ when, does }];
const anyError = /error ratio|error_ratio|5\d\d/;
const anySlow = /latency|slow|ms\b/;

/** Bad releases: tuned on. */
export const badReleases: readonly Release[] = [
  bad('errors-on-checkout', 'three checkouts in ten end with 500', /checkout|order/, {
    faults: fault({ route: '/checkout', share: 0.3 }, { status: 500 }),
  }),
  bad('errors-on-cart', 'every basket ends with 500; no check asks for one', anyError, {
    faults: fault({ route: '/cart' }, { status: 500 }),
  }),
  bad('errors-for-business', 'business customers get 500 on every page', anyError, {
    faults: fault({ users: 'business' }, { status: 500 }),
  }),
  bad('errors-on-one-instance', 'half of the requests to one instance end with 503', anyError, {
    faults: fault({ instance: 'next-2', share: 0.5 }, { status: 503 }),
  }),
  bad('slow-from-the-start', 'every request takes 600 ms', anySlow, {
    faults: fault({}, { delayMs: 600 }),
  }),
  bad('slow-after-a-while', 'every request takes 700 ms from 12 s on', anySlow, {
    faults: fault({ afterSeconds: 12 }, { delayMs: 700 }),
  }),
  bad('slow-under-load', 'above twelve requests a second each takes 800 ms', anySlow, {
    traffic: 'heavy',
    faults: fault({ abovePerSecond: 12 }, { delayMs: 800 }),
  }),
  bad('wrong-total', 'a checkout is paid, and its total is wrong', /total|order/, {
    faults: fault({ route: '/checkout' }, { json: { total: 29 } }),
  }),
  bad('empty-search', 'the search finds nothing', /search|count/, {
    faults: fault({ route: '/search' }, { json: { count: 0, found: [] } }),
  }),
  bad('stale-catalogue', 'the products are read once and never again', /catalogue/, {
    process: { catalogue: 'stale' },
  }),
  bad('dead-worker', 'the job that ships orders does not run', /worker/, { process: { worker: 'dead' } }),
  bad('dead-log', 'nothing is logged', /log\./, { process: { log: 'dead' } }),
  bad(
    'leak',
    'memory grows until the process is ended, again and again',
    /restart|memory|down|uptime|refused|up\b/,
    {
      process: { leaksMiBPerSecond: 15, endedAtMiB: 90 },
    },
  ),
  bad(
    'crash-loop',
    'every process ends 3 s after its start',
    /restart|down|uptime|refused|50\d|service_down/,
    {
      process: { crashesAfterSeconds: 3 },
    },
  ),
  bad('missing-setting', 'it never starts: a setting is missing', /refused|down|50\d|service_down|uptime/, {
    process: { lacksSetting: 'PAYMENT_KEY' },
  }),
  bad('stays-old', 'one of two instances still runs the release before', /release|v1/, {
    staysOld: 'next-2',
  }),
  bad('schema', 'orders need a column that the database has not', /checkout|order/, {
    process: { schema: 'missing column' },
  }),
  bad('certificate', 'the front has a certificate for another name', /certificate|TLS/i, {
    around: [{ does: 'front has another certificate', atSeconds: 0, fromPercent: 25 }],
  }),
  bad('lost-at-the-gateway', 'the front loses a third of the checkouts', /checkout/, {
    around: [{ does: 'front loses a third of checkouts', atSeconds: 0, fromPercent: 25 }],
  }),
  bad('only-at-50', 'one request in ten fails from 50 % on', anyError, {
    faults: fault({ fromPercent: 50, share: 0.1 }, { status: 500 }),
  }),
  // Of the outside ones, until Vigil was changed for them.
  bad('redirect-loop', 'the front page redirects to itself for ever', /30\d|redirect|front/, {
    faults: [{ when: { route: '/' }, does: { status: 301, headers: { location: '/' } } }],
  }),
  bad(
    'slow-pattern',
    'a search for a lamp keeps the whole process busy for 800 ms',
    /latency|slow|ms\b|search/,
    {
      faults: [{ when: { route: '/search', containing: 'q=lamp' }, does: { blocksMs: 800 } }],
    },
  ),
];
