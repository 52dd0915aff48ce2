import path from 'node:path';
import type { Shop } from './two-releases.ts';

/** How long each stage soaks. The 48 hours of a release are half a minute here: one minute of Vigil’s rules takes 1.2 s. */
export const stages = [
  { percent: 25, soakSeconds: 8 },
  { percent: 50, soakSeconds: 10 },
  { percent: 100, soakSeconds: 10 },
] as const;

export const intervalSeconds = 2;

/** Every time of a real configuration, so much shorter; on a busy machine not quite so much. */
const compressed = (pace: number) => ({
  interval: `${intervalSeconds * 1000 * pace}ms`,
  timeout: `${1900 * pace}ms`,
  fastInterval: `${1000 * pace}ms`,
  sampleInterval: `${500 * pace}ms`,
  monitoring: { timeScale: 0.02 * pace },
});

const order = JSON.stringify({ items: [{ id: 1, count: 2 }], currency: 'EUR' });
const json = { 'content-type': 'application/json' };

/** The five checks of the shop’s own: four ask the new release by its preview, one orders as users do. */
const checksAt = (pace: number) => [
  {
    type: 'http',
    id: 'status',
    service: 'next',
    url: '/status',
    json: {
      'worker.lagSeconds': `< ${(3 * pace).toFixed(1)}`,
      'catalogue.ageSeconds': `< ${(3 * pace).toFixed(1)}`,
      'log.lagSeconds': `< ${(3 * pace).toFixed(1)}`,
    },
  },
  {
    type: 'http',
    id: 'products',
    service: 'next',
    url: '/products',
    samples: 4,
    json: { 'products[0].price': 29, count: 3 },
  },
  { type: 'http', id: 'search', service: 'next', url: '/search?q=kettle', samples: 4, json: { count: 1 } },
  {
    type: 'http',
    id: 'order',
    service: 'next',
    url: '/checkout',
    method: 'POST',
    headers: json,
    body: order,
    samples: 6,
    json: { status: 'completed', total: 58 },
  },
  {
    type: 'http',
    id: 'checkout',
    service: 'shop',
    url: '/checkout',
    method: 'POST',
    headers: json,
    body: order,
    samples: 20,
    p95: `< ${300 * pace} ms`,
    json: { status: 'completed', total: 58 },
  },
];

/** The way by which an address is reached. */
export type Through = (url: string) => string;

/** What is watched, with which checks: all that one run of them needs. */
export function checksOf({ front, base, next, pace }: Shop, ca: string, through: Through = (url) => url) {
  const urls = (instances: Shop['base']) => instances.map(({ url }) => through(url));
  return {
    name: 'Shop',
    services: {
      shop: {
        url: through(front.url),
        ca,
        instances: [...urls(base), ...urls(next)],
        health: '/healthz',
        metrics: '/metrics',
        traffic: { preset: 'prom-client', minimum: 15, own: 'client="vigil"' },
      },
      next: { url: through(front.preview), instances: urls(next), health: '/healthz' },
    },
    release: { path: '/healthz', json: '$.release' },
    // Five seconds of a real one, as compressed as the rest: an answer that never comes is a failure within its cycle.
    probes: checksAt(pace).map((check) => ({ ...check, timeout: `${900 * pace}ms` })),
  };
}

/** The whole configuration of the shop, as its people write it by the documents. */
export function configurationOf(shop: Shop, ca: string, control: string, through?: Through) {
  const { folder, pace } = shop;
  let after = 0;
  const plan = stages.map(({ percent, soakSeconds }) => {
    after += soakSeconds * pace;
    return { percent, after: `${after * 1000}ms` };
  });
  const post = (what: string) => ['curl', '-fsS', '-X', 'POST', `${control}/${what}`];
  return {
    ...compressed(pace),
    ...checksOf(shop, ca, through),
    thresholds: {
      errorRatio: { slo: '< 1 %', critical: '> 1 %' },
      latencyP95: {
        slo: `< ${300 * pace} ms`,
        critical: `> ${300 * pace} ms`,
        rollback: `> ${500 * pace} ms`,
      },
    },
    rollout: { plan },
    witness: ['one', 'two'].map((name) => `${(through ?? String)(control)}/${name}`),
    rollback: {
      automatic: true,
      options: ['backup'],
      cwd: folder,
      release: 'v1',
      commands: { drain: post('drain'), undrain: post('undrain'), restart: post('restart') },
      drain: { timeout: '2s' },
      verify: { settle: '1s' },
      backup: { archive: path.join(folder, 'v1.tar.gz'), folder: path.join(folder, 'next') },
    },
  };
}
