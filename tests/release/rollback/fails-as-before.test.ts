// @module-tag git

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { targetIdOf } from '../../../src/core/config/effective.ts';
import type { History } from '../../../src/history/history.ts';
import { cycle } from '../../history/cycle.ts';
import { firing } from './firing.ts';
import { hooked } from './hooked-loop.ts';
import { useDeployments } from './small-deployment.ts';

const minute = 60_000;
const deployments = useDeployments();

const shop = {
  services: { shop: { url: 'http://127.0.0.1:9', metrics: '/metrics', traffic: 'prom-client' } },
  probes: [
    { type: 'http', id: 'checkout', url: '/checkout', method: 'POST' },
    { type: 'http', id: 'home', url: '/' },
  ],
};

/** An instance whose checkouts end with 503 from a time on, all of them. */
function sampled(history: History, name: string, release: [before: string, now: string], fails: number) {
  const deployedMs = history.deployments(0, Date.now()).at(-1)?.timeMs ?? 0;
  const labels = `job="shop",service="shop",instance="${name}"`;
  const answers = (status: number) =>
    `http_request_duration_seconds_count{${labels},method="POST",route="/checkout",status_code="${status}"}`;
  let [good, bad] = [100, 0];
  for (let timeMs = deployedMs - 20 * minute; timeMs <= Date.now(); timeMs += 15_000) {
    if (timeMs < deployedMs + fails * minute) good += 3;
    else bad += 3;
    const said = release[timeMs < deployedMs ? 0 : 1];
    history.recordSamples(timeMs, [
      { series: `up{${labels}}`, value: 1 },
      { series: answers(200), value: good },
      { series: answers(503), value: bad },
      { series: `vigil_instance_release{service="shop",instance="${name}",release="${said}"}`, value: 1 },
    ]);
  }
}

/** What the loop does where half of the checks fail, the order by a status of the shop, so long after a deployment. */
async function found(fails: number, status = 503) {
  const small = deployments.deployment();
  const file = small.config('git', { automatic: 'shadow' });
  const { reports, rollback } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...shop, reports, rollback }));
  const loop = await hooked(file, Date.now() - 30 * minute);
  const { history, config } = loop;
  sampled(history, 'old-1', ['v1', 'v1'], fails);
  sampled(history, 'new-1', ['v1', 'v2'], fails);
  const targetId = targetIdOf(config);
  for (const at of [-40, 25, 28]) {
    const isFailing = at > 0;
    const answers = { name: 'answers of /checkout not as expected', unit: 'count', sample: 4 } as const;
    history.recordCycle(
      cycle(Date.now() + (at - 30) * minute, {
        targetId,
        outcomes: (['checkout', 'home'] as const).map((id) => {
          const fails = isFailing && id === 'checkout';
          return {
            id,
            title: id,
            group: 'probes',
            outcome: fails ? 'fail' : 'pass',
            executed: true,
            reason: fails ? `status ${status}, expected 200` : undefined,
            measurements: [
              {
                ...answers,
                value: fails ? 4 : 0,
                bound: { operator: '<=', value: 0 },
                note: fails ? `status ${status}, expected 200 (4 times)` : undefined,
              },
            ],
          };
        }),
      }),
    );
  }
  const state = firing({ labels: { alertname: 'RollbackRequired', trigger: 'pass_rate' }, value: 0.5 });
  loop.open()(state);
  const told = { said: loop.said.at(-1), advice: loop.advice('pass_rate') };
  history.close();
  return told;
}

test('a check that fails as the release before does its users, before the deployment and since, calls for no rollback', async () => {
  const { said, advice } = await found(-30);
  const reason = /checkout fails as before: .* answered 503, and of the release before .* of POST \/checkout/;
  expect(said).toMatch(/^A rollback is due \(pass_rate\) and is not started: checkout fails/);
  expect(said).toMatch(reason);
  expect(advice).toMatch(/^the release before would bring it back, as /);
  expect(advice).toMatch(reason);
});

test('one that began to fail with the deployment does, wherever else it fails, and so does one that fails by another status', async () => {
  for (const { said, advice } of [await found(1), await found(-30, 500)]) {
    expect(said).toMatch(/^Would have rolled back v2 now/);
    expect(advice).toMatch(/^roll back to the previous release: /);
  }
});
